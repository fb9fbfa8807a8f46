// The tree of divisions as everyone may see it, from the province down to the villages.
import { ApiError, call, query } from './api';
import { readTop } from './published';
import type { MapDescription, Place, PublishedCell, PublishedCellWithParts } from './types';

export interface PublicPlace { division: string; nameZh: string; level: string }
export interface Opened { here: PublicPlace; path: PublicPlace[]; parts: PublicPlace[] }

const plain = ({ division, nameZh, level }: PublishedCell | Place): PublicPlace => ({ division, nameZh, level });
let top: Promise<string> | null = null;
export function topDivision(): Promise<string> {
  top ??= call<MapDescription>('/v1/map').then((map) => map.bounds ? readTop(map.bounds) : '').catch((error: unknown) => { top = null; throw error; });
  return top;
}

// Before anything is published the tree is read from the search for codes: what begins with a code lies
// in its place, larger places first.
async function bySearch(division: string, signal?: AbortSignal): Promise<Opened> {
  const { places = [] } = await call<{ places?: Place[] }>(`/v1/map/places${query({ query: division, pageSize: 50 })}`, { signal });
  const here = places.find((place) => place.division === division);
  if (!here) throw new ApiError(404);
  const below = places.filter((place) => place.division !== division && place.level !== here.level);
  return { here: plain(here), path: [], parts: below.filter((place) => place.level === below[0]?.level).map(plain) };
}
export async function openPlace(division: string, signal?: AbortSignal): Promise<Opened> {
  try {
    const found = await call<PublishedCellWithParts>(`/v1/map/published/${encodeURIComponent(division)}`, { signal });
    return { here: plain(found.cell), path: (found.path ?? []).map(plain), parts: (found.parts ?? []).map(plain) };
  } catch (error) {
    if (error instanceof ApiError && error.problems.some((problem) => problem.reason === 'EDITION_NONE')) return bySearch(division, signal);
    throw error;
  }
}
