import { describe, expect, it } from 'vitest';
import { householdOfVersion, toBeRelated } from '../../src/core/changes';
import type { Member } from '../../src/core/types';

const members = ['02', '10', '20', '30'].map((relation) => ({ name: '', maskedCitizenNumber: '', relation, sex: '', birthDate: '', householdCount: 1 }) as Member);
const nobody = { who: -1, leaving: [], others: 0 };

describe('ID-3 who is asked for a relation to the head', () => {
  it.each([
    ['a new head: everybody', 'HEAD', nobody, [0, 1, 2, 3]],
    ['the head dies: who is left', 'DEATH', { ...nobody, who: 0 }, [1, 2, 3]],
    ['the head moves out: who is left', 'MOVE_OUT', { ...nobody, who: 0 }, [1, 2, 3]],
    ['a son marries out: nobody', 'MARRIAGE_OUT', { ...nobody, who: 2 }, []],
    ['nobody chosen yet', 'DEATH', nobody, []],
    ['a birth: nobody else', 'BIRTH', nobody, []],
    ['children split off: they', 'SPLIT', { ...nobody, leaving: [3, 2] }, [2, 3]],
    ['the head splits off with a son: everybody', 'SPLIT', { ...nobody, leaving: [0, 2] }, [0, 1, 2, 3]],
    ['a merge: those who come, counted after those who are here', 'MERGE', { ...nobody, others: 2 }, [4, 5]],
    ['a relocation: nobody', 'RELOCATION', nobody, []],
  ] as const)('%s', (_, kind, at, asked) => expect(toBeRelated(kind, members, { ...at, leaving: [...at.leaving] })).toEqual(asked));
});

it('the household of a version', () => expect(['households/520102-ab/versions/3', 'households/520102-ab'].map(householdOfVersion)).toEqual(['520102-ab', '520102-ab']));
