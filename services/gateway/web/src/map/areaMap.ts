// One MapLibre map of areas: colours, selection, date, live figures. The page may hold two of them.
import { Map as MapLibre, setWorkerUrl, type LngLatBoundsLike, type StyleSpecification, type VectorTileSource } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Box } from '../core/types';
import { fillColour, type Figures, type Metric } from './breaks';
import type { LiveCell } from './live';

setWorkerUrl(workerUrl);

export interface TileJson { tiles: string[]; minzoom?: number; maxzoom?: number }
export interface Area extends Partial<Figures> { id: number; code: string; name: string; level: string }
export interface Camera { zoom: number; longitude: number; latitude: number }

const source = 'areas';
const layer = { source, sourceLayer: 'area' };
// Live figures kept at most; beyond it the tiles are fetched again.
const mostKept = 5000;

// 水头上村村民委员会 -> 水头上村, 乐卡社区居民委员会 -> 乐卡社区: what people say, and what fits.
const shortName = ['let', 'name', ['get', 'name'], ['let', 'village', ['index-of', '村民委员会', ['var', 'name']], 'residents', ['index-of', '居民委员会', ['var', 'name']],
  ['case',
    ['>', ['var', 'residents'], 0], ['slice', ['var', 'name'], 0, ['var', 'residents']],
    ['<=', ['var', 'village'], 0], ['var', 'name'],
    ['==', ['slice', ['var', 'name'], ['-', ['var', 'village'], 1], ['var', 'village']], '村'], ['slice', ['var', 'name'], 0, ['var', 'village']],
    ['slice', ['var', 'name'], 0, ['+', ['var', 'village'], 1]]]]];

export const toBounds = (box: Box): LngLatBoundsLike => [[box.west, box.south], [box.east, box.north]];

export class AreaMap {
  readonly map: MapLibre;
  private date = '';  // of the published map: the date of an edition
  private readonly latest = new Map<number, LiveCell>();
  private shown = new Set<number>();
  private metric: Metric;
  private breaks: number[] = [];
  private chosen = '';
  private loaded = false;  // before that MapLibre takes no orders; they are kept until it does

  constructor(private readonly tiles: TileJson, private readonly options: { container: HTMLElement; bounds?: Box; camera: Camera | null; date: string; published: boolean; title: string }) {
    this.date = options.date;
    this.metric = options.published ? 'band' : 'incidence';
    this.map = new MapLibre({
      container: options.container, style: this.style(), attributionControl: false, maplibreLogo: false, dragRotate: false, pitchWithRotate: false,
      maxZoom: (tiles.maxzoom ?? 14) + 1.5, minZoom: 3, fadeDuration: 120, doubleClickZoom: false, renderWorldCopies: false,
      locale: { 'Map.Title': options.title },
      ...(options.camera ? { center: [options.camera.longitude, options.camera.latitude], zoom: options.camera.zoom }
        : options.bounds ? { bounds: toBounds(options.bounds), fitBoundsOptions: { padding: this.padding(options.container) } } : {}),
    });
    this.map.once('load', () => {
      this.loaded = true;
      this.paintAreas();
      this.choose(this.chosen);
      if (this.date !== options.date) this.reload();
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
  }

  // Room for the legend, which lies over a corner of the map.
  private padding(container: HTMLElement) {
    const wide = container.clientWidth > 700;
    return { left: wide ? 140 : 20, top: 20, right: wide ? 30 : 20, bottom: wide ? 20 : 70 };
  }
  jump(camera: Camera): void { this.map.jumpTo({ center: [camera.longitude, camera.latitude], zoom: camera.zoom }); }

  private tileUrls(): string[] {
    return this.tiles.tiles.map((url) => {
      const full = url.startsWith('/') ? location.origin + url : url;
      return this.date ? `${full}${full.includes('?') ? '&' : '?'}${this.options.published ? 'edition' : 'date'}=${this.date}` : full;
    });
  }

  // Without a glyph address MapLibre draws every character from the fonts of the machine.
  private style(): StyleSpecification {
    const wide = (thin: number, thick: number) => ['interpolate', ['linear'], ['zoom'], 5, thin, 9, thick];
    return {
      version: 8,
      sources: { [source]: { type: 'vector', tiles: this.tileUrls(), minzoom: this.tiles.minzoom ?? 0, maxzoom: this.tiles.maxzoom ?? 14 } },
      layers: [
        { id: 'ground', type: 'background', paint: { 'background-color': '#f0f3f5' } },
        { id: 'area', type: 'fill', source, 'source-layer': 'area', paint: { 'fill-color': fillColour(this.metric, []) as never, 'fill-antialias': false } },
        { id: 'border', type: 'line', source, 'source-layer': 'area', layout: { 'line-join': 'round' }, paint: { 'line-color': '#5d4a3a', 'line-opacity': 0.55, 'line-width': wide(0.5, 0.9) as never } },
        { id: 'hover', type: 'line', source, 'source-layer': 'area', filter: ['==', ['get', 'code'], ''], layout: { 'line-join': 'round' }, paint: { 'line-color': '#1c2834', 'line-width': 1.6 } },
        { id: 'chosen-casing', type: 'line', source, 'source-layer': 'area', filter: ['==', ['get', 'code'], ''], layout: { 'line-join': 'round' }, paint: { 'line-color': '#ffffff', 'line-width': 5 } },
        { id: 'chosen', type: 'line', source, 'source-layer': 'area', filter: ['==', ['get', 'code'], ''], layout: { 'line-join': 'round' }, paint: { 'line-color': '#0b4f86', 'line-width': 2.6 } },
        {
          id: 'label', type: 'symbol', source, 'source-layer': 'label',
          layout: { 'text-field': shortName as never, 'text-font': ['PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'sans-serif'], 'text-size': ['interpolate', ['linear'], ['zoom'], 5, 12, 10, 13.5] as never, 'text-max-width': 8, 'text-padding': 4, 'text-line-height': 1.25 },
          paint: { 'text-color': '#1c2834', 'text-halo-color': 'rgba(255,255,255,0.88)', 'text-halo-width': 1.5 },
        },
      ],
    };
  }

  colour(metric: Metric, breaks: number[]): void {
    if (metric === this.metric && breaks.join() === this.breaks.join()) return;
    this.metric = metric;
    this.breaks = breaks;
    if (this.loaded) this.paintAreas();
  }
  private paintAreas(): void { this.map.setPaintProperty('area', 'fill-color', fillColour(this.metric, this.breaks) as never); }

  choose(code: string): void {
    this.chosen = code;
    if (!this.loaded) return;
    for (const id of ['chosen', 'chosen-casing']) this.map.setFilter(id, ['==', ['get', 'code'], code]);
  }
  hover(code: string): void { if (this.loaded) this.map.setFilter('hover', ['==', ['get', 'code'], code]); }

  setDate(date: string): void {
    if (date === this.date) return;
    this.date = date;
    this.reload();
  }
  reload(): void {
    if (!this.loaded) return;
    this.latest.clear();
    this.shown.clear();
    this.map.removeFeatureState(layer);
    this.map.getSource<VectorTileSource>(source)?.setTiles(this.tileUrls());
  }

  // Areas now on the screen, each once, with their newest figures.
  areas(): Area[] {
    const found = new Map<number, Area>();
    if (!this.loaded) return [];
    for (const feature of this.map.queryRenderedFeatures({ layers: ['area'] })) {
      const id = Number(feature.id);
      if (!found.has(id)) found.set(id, { ...feature.properties as Area, ...this.latest.get(id), id });
    }
    return [...found.values()];
  }
  at(point: { x: number; y: number }): Area | null {
    if (!this.loaded) return null;
    const feature = this.map.queryRenderedFeatures([point.x, point.y], { layers: ['area'] })[0];
    return feature ? { ...feature.properties as Area, ...this.latest.get(Number(feature.id)), id: Number(feature.id) } : null;
  }

  // Paints live figures of what is on the screen and lets go of what has left it.
  show(areas: Area[]): void {
    if (this.date || !this.loaded) return;
    const now = new Set(areas.map((area) => area.id));
    for (const id of this.shown) {
      if (now.has(id)) continue;
      this.map.removeFeatureState({ ...layer, id });
      this.shown.delete(id);
    }
    for (const id of now) this.paint(id);
  }
  private paint(id: number): void {
    const cell = this.latest.get(id);
    if (!cell) return;
    const { id: _, ...figures } = cell;
    this.map.setFeatureState({ ...layer, id }, figures);
    this.shown.add(id);
  }
  live(cells: LiveCell[], onScreen: Set<number>): void {
    if (this.date || !this.loaded) return;
    for (const cell of cells) {
      this.latest.set(cell.id, cell);
      if (onScreen.has(cell.id)) this.paint(cell.id);
    }
    if (this.latest.size > mostKept) this.reload();
  }

  camera(): Camera {
    const centre = this.map.getCenter();
    return { zoom: this.map.getZoom(), longitude: centre.lng, latitude: centre.lat };
  }
  go(box: Box, atLeast: number, atMost: number): void {
    const camera = this.map.cameraForBounds(toBounds(box), { padding: this.padding(this.map.getContainer()) });
    if (!camera) return;
    this.map.easeTo({ center: camera.center, zoom: Math.min(Math.max(camera.zoom ?? 6, atLeast), atMost), duration: 500 });
  }

  // A copy of what is drawn, made while the drawing is still there.
  picture(): HTMLCanvasElement {
    this.map.redraw();
    const from = this.map.getCanvas();
    const copy = document.createElement('canvas');
    copy.width = from.width;
    copy.height = from.height;
    copy.getContext('2d')?.drawImage(from, 0, 0);
    return copy;
  }
  remove(): void { this.map.remove(); }
}
