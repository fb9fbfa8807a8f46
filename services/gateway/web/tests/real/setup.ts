// One world for all files of this folder.
import type { TestProject } from 'vitest/node';
import { World, type WorldFacts } from './world';

declare module 'vitest' {
  interface ProvidedContext { world: WorldFacts }
}

export default async function start(project: TestProject) {
  const world = new World();
  try {
    const facts = await world.open(400);
    project.provide('world', facts);
    console.log(`world: services up after ${facts.startupMs} ms, ${facts.households} synthetic households loaded and scored in ${facts.loadMs} ms`);
  } catch (error) {
    await world.close().catch((more: unknown) => console.error(more));
    throw error;
  }
  return () => world.close();
}
