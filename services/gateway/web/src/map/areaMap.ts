// One MapLibre map of areas: colours, selection, date, live figures. The page may hold two of them.
import { Map as MapLibre, setWorkerUrl, type LngLatBoundsLike, type StyleSpecification, type VectorTileSource } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { Box } from '../core/types';
import { columnsOf, fillColour, rawFigure, setOf, type Figures, type FigureSet, type Measure, type Metric } from './breaks';
import type { LiveCell } from './live';
import { StateBlocks, tilesWithin, type TileId } from './stateBlocks';

setWorkerUrl(workerUrl);

export interface TileJson {
  tiles: string[]; minzoom?: number; maxzoom?: number;
  causes?: { code: string; name_zh: string; name_en: string }[];
  figures?: Record<FigureSet, string[]>; rests_from?: number;  // not of the published map
}
// `rest`: who is counted in the place itself though it has parts.
export interface Area { id: number; code: string; name: string; level: string; rest: boolean; figures: Figures }
export interface Camera { zoom: number; longitude: number; latitude: number }

const source = 'areas';
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

// One for both maps of a page.
let blocks: StateBlocks | null = null;

export class AreaMap {
  readonly map: MapLibre;
  private date = '';  // of the published map: the date of an edition
  private readonly latest = new Map<number, LiveCell>();
  private shown = new Set<number>();
  private metric: Metric;
  private measure: Measure = 'share';
  private breaks: number[] = [];
  // Figures of a past day, or of another set than the tiles': they hide those of the tiles.
  private figures: Map<number, Figures> | null = null;
  private drawn = '';  // which set and day `figures` are of
  private turn = 0;
  private work: Promise<void> = Promise.resolve();
  private again = 0;
  private chosen = '';
  private loaded = false;  // before that MapLibre takes no orders; they are kept until it does

  constructor(private readonly tiles: TileJson, private readonly options: { container: HTMLElement; bounds?: Box; camera: Camera | null; date: string; published: boolean; title: string; rest: string; onFigures: () => void; onFailure: () => void }) {
    this.date = options.date;
    this.metric = options.published ? 'band' : 'incidence';
    if (tiles.figures) blocks ??= new StateBlocks(tiles.figures);
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
      if (options.published && this.date !== options.date) this.reload();
      this.refresh();
    });
    this.map.on('moveend', () => { if (this.fromBlocks()) this.refresh(); });
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
      return this.date && this.options.published ? `${full}${full.includes('?') ? '&' : '?'}edition=${this.date}` : full;
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
        { id: 'rest', type: 'circle', source, 'source-layer': 'rest', paint: { 'circle-radius': 0, 'circle-stroke-color': '#3a2d22', 'circle-pitch-alignment': 'map' } },
        { id: 'hover', type: 'line', source, 'source-layer': 'area', filter: ['==', ['get', 'code'], ''], layout: { 'line-join': 'round' }, paint: { 'line-color': '#1c2834', 'line-width': 1.6 } },
        { id: 'chosen-casing', type: 'line', source, 'source-layer': 'area', filter: ['==', ['get', 'code'], ''], layout: { 'line-join': 'round' }, paint: { 'line-color': '#ffffff', 'line-width': 5 } },
        { id: 'chosen', type: 'line', source, 'source-layer': 'area', filter: ['==', ['get', 'code'], ''], layout: { 'line-join': 'round' }, paint: { 'line-color': '#0b4f86', 'line-width': 2.6 } },
        {
          id: 'label', type: 'symbol', source, 'source-layer': 'label',
          layout: { 'text-field': shortName as never, 'text-font': ['PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'sans-serif'], 'text-size': ['interpolate', ['linear'], ['zoom'], 5, 12, 10, 13.5] as never, 'text-max-width': 8, 'text-padding': 4, 'text-line-height': 1.25 },
          paint: { 'text-color': '#1c2834', 'text-halo-color': 'rgba(255,255,255,0.88)', 'text-halo-width': 1.5 },
        },
        {
          id: 'rest-label', type: 'symbol', source, 'source-layer': 'rest', filter: ['>', ['to-number', ['get', 'households'], 0], 0],
          layout: { 'text-field': ['concat', shortName, this.options.rest] as never, 'text-font': ['PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'sans-serif'], 'text-size': 11.5, 'text-max-width': 9, 'text-anchor': 'top', 'text-offset': [0, 0.9], 'text-padding': 2 },
          paint: { 'text-color': '#3a2d22', 'text-halo-color': 'rgba(255,255,255,0.88)', 'text-halo-width': 1.5 },
        },
      ],
    };
  }

  colour(metric: Metric, breaks: number[], measure: Measure): void {
    if (metric === this.metric && measure === this.measure && breaks.join() === this.breaks.join()) return;
    this.metric = metric;
    this.measure = measure;
    this.breaks = breaks;
    if (!this.loaded) return;
    // What is not here yet is not painted: the colours change when the figures are there.
    if (this.drawn === this.wanted()) this.paintAreas(); else this.refresh();
  }
  private paintAreas(): void {
    const fallBack = !this.fromBlocks();
    const colour = fillColour(this.metric, this.breaks, this.measure, fallBack);
    const somebody = ['>', ['to-number', rawFigure('households', fallBack), 0], 0];
    this.map.setPaintProperty('area', 'fill-color', colour as never);
    this.map.setPaintProperty('rest', 'circle-color', colour as never);
    this.map.setPaintProperty('rest', 'circle-radius', ['case', somebody, 8, 0] as never);
    this.map.setPaintProperty('rest', 'circle-stroke-width', ['case', somebody, 1.6, 0] as never);
    for (const [id, figures] of this.figures ?? []) this.setState(id, figures);
  }

  // ---- figures of days and sets ----
  private fromBlocks(): boolean { return !this.options.published && (this.date !== '' || setOf(this.metric) !== 'index'); }
  private wanted(): string { return this.fromBlocks() ? `${setOf(this.metric)} ${this.date}` : ''; }
  private cover(): TileId[] {
    const bounds = this.map.getBounds();
    const zoom = Math.max(this.tiles.minzoom ?? 0, Math.min(this.tiles.maxzoom ?? 14, Math.floor(this.map.getZoom())));
    return tilesWithin(zoom, bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth());
  }
  private feature(id: number) { return { source, sourceLayer: id >= (this.tiles.rests_from ?? Infinity) ? 'rest' : 'area', id }; }
  private setState(id: number, figures: Figures): void {
    this.map.setFeatureState(this.feature(id), Object.fromEntries(columnsOf(this.metric).map((key) => [key, figures[key] ?? null])));
  }
  private forget(): void {
    this.map.removeFeatureState({ source, sourceLayer: 'area' });
    if (!this.options.published) this.map.removeFeatureState({ source, sourceLayer: 'rest' });
    this.shown.clear();
  }
  private refresh(): void { this.work = this.fetchFigures(); }
  private async fetchFigures(): Promise<void> {
    if (!this.loaded || this.options.published) return;
    const turn = ++this.turn;
    const wanted = this.wanted();
    try {
      const found = this.fromBlocks() && blocks ? await blocks.figures(this.cover(), setOf(this.metric), this.date) : null;
      if (turn !== this.turn) return;
      if (this.figures || found) this.forget();
      this.figures = found;
      this.drawn = wanted;
      this.paintAreas();
      this.options.onFigures();
    } catch (error) {
      if (turn !== this.turn) return;
      console.warn('map', error);
      this.options.onFailure();
    }
  }
  // Until the figures of the day that was set are painted.
  async settled(): Promise<void> { for (let work: Promise<void> | null = null; work !== this.work;) { work = this.work; await work; } }
  get painted(): boolean { return this.options.published || this.drawn === this.wanted(); }
  prefetch(date: string): void {
    if (this.loaded && date && !this.options.published) blocks?.figures(this.cover(), setOf(this.metric), date).catch(() => undefined);
  }

  choose(code: string): void {
    this.chosen = code;
    if (!this.loaded) return;
    for (const id of ['chosen', 'chosen-casing']) this.map.setFilter(id, ['==', ['get', 'code'], code]);
  }
  hover(code: string): void { if (this.loaded) this.map.setFilter('hover', ['==', ['get', 'code'], code]); }

  setDate(date: string): void {
    if (date === this.date) return;
    const past = this.date !== '';
    this.date = date;
    if (this.options.published || (past && !date)) this.reload(); else this.refresh();
  }
  // The tiles of now again: what happened meanwhile was not told.
  reload(): void {
    if (!this.loaded) return;
    this.latest.clear();
    this.forget();
    this.map.getSource<VectorTileSource>(source)?.setTiles(this.tileUrls());
    this.refresh();
  }

  private areaOf(feature: { id?: number | string | undefined; layer: { id: string }; properties: Record<string, unknown> }): Area {
    const id = Number(feature.id);
    const { code, name, level, ...own } = feature.properties as { code: string; name: string; level: string } & Figures;
    const figures = this.fromBlocks() ? this.figures?.get(id) ?? {} : { ...own, ...this.latest.get(id) };
    return { id, code, name, level, rest: feature.layer.id === 'rest', figures };
  }
  // Areas now on the screen, each once, with their newest figures.
  areas(): Area[] {
    const found = new Map<number, Area>();
    if (!this.loaded) return [];
    for (const feature of this.map.queryRenderedFeatures({ layers: ['area'] })) {
      if (!found.has(Number(feature.id))) found.set(Number(feature.id), this.areaOf(feature));
    }
    return [...found.values()];
  }
  // Rests on the screen in which somebody is counted.
  rests(): Area[] {
    if (!this.loaded) return [];
    return this.map.queryRenderedFeatures({ layers: ['rest'] }).map((feature) => this.areaOf(feature)).filter((one) => one.figures.households);
  }
  at(point: { x: number; y: number }): Area | null {
    if (!this.loaded) return null;
    const found = this.map.queryRenderedFeatures([point.x, point.y], { layers: ['rest', 'area'] }).map((feature) => this.areaOf(feature));
    return found.find((one) => !one.rest || one.figures.households) ?? null;
  }

  // Paints live figures of what is on the screen and lets go of what has left it.
  show(areas: Area[]): void {
    if (this.fromBlocks() || !this.loaded) return;
    const now = new Set(areas.map((area) => area.id));
    for (const id of this.shown) {
      if (now.has(id)) continue;
      this.map.removeFeatureState(this.feature(id));
      this.shown.delete(id);
    }
    for (const id of now) this.paint(id);
  }
  private paint(id: number): void {
    const cell = this.latest.get(id);
    if (!cell) return;
    const { id: _, ...figures } = cell;
    this.map.setFeatureState(this.feature(id), figures);
    this.shown.add(id);
  }
  live(cells: LiveCell[], onScreen: Set<number>): void {
    if (this.date || !this.loaded) return;
    for (const cell of cells) {
      this.latest.set(cell.id, cell);
      if (!this.fromBlocks() && (onScreen.has(cell.id) || cell.id >= (this.tiles.rests_from ?? Infinity))) this.paint(cell.id);
    }
    if (this.latest.size > mostKept) this.reload();
    // The events carry the figures of tiles only.
    if (this.fromBlocks() && !this.again) this.again = window.setTimeout(() => { this.again = 0; this.refresh(); }, 1000);
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
  remove(): void {
    clearTimeout(this.again);
    this.turn += 1;
    this.loaded = false;
    this.map.remove();
  }
}
