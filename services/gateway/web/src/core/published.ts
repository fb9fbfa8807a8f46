// What is published of the map, for everyone: editions with small counts withheld.
import { permille } from './format';
import { t } from './i18n';
import { call } from './api';
import type { Edition, PublishedCell } from './types';

// Oldest first.
export const readEditions = async (): Promise<Edition[]> => [...(await call<{ editions?: Edition[] }>('/v1/map/editions')).editions ?? []].reverse();

// The place that contains all others: where the middle of the map lies.
export async function readTop(bounds: { west: number; south: number; east: number; north: number }): Promise<string> {
  const at = `longitude=${(bounds.west + bounds.east) / 2}&latitude=${(bounds.south + bounds.north) / 2}`;
  const { places } = await call<{ places?: { division: string }[] }>(`/v1/map/places:locate?${at}&nearest=true`);
  return places?.[0]?.division ?? '';
}

const edge = (value: number) => `${value % 10 ? (value / 10).toFixed(1) : value / 10}%`;
// "< 10%", "10% – 30%", "≥ 30%"
export function bandText(band: number, edges: number[]): string {
  const [from, to] = [edges[band - 2], edges[band - 1]];
  return from === undefined ? `< ${edge(to ?? 0)}` : to === undefined ? `≥ ${edge(from)}` : `${edge(from)} – ${edge(to)}`;
}
export function publishedText(cell: Pick<PublishedCell, 'shown' | 'band' | 'counts'>, edges: number[]): string {
  if (cell.shown === 'SHOWN_NOTHING') return t('published.withheld');
  if (cell.shown === 'SHOWN_COUNTS' && Number(cell.counts?.personCount ?? 0) > 0) return permille(cell.counts?.incidencePermille);
  return cell.band ? bandText(cell.band, edges) : t('map.noData');
}
