// The parts of ECharts this app uses. Tooltips are drawn on the canvas: as HTML they would carry inline
// styles, which the content policy forbids.
import { BarChart, LineChart, type BarSeriesOption, type LineSeriesOption } from 'echarts/charts';
import {
  GridComponent, LegendComponent, MarkLineComponent, TooltipComponent,
  type GridComponentOption, type LegendComponentOption, type TooltipComponentOption,
} from 'echarts/components';
import { init as start, use, type ComposeOption, type EChartsType } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([BarChart, LineChart, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent, CanvasRenderer]);

export type ChartOption = ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption | LegendComponentOption | TooltipComponentOption>;

export const init = (box: HTMLElement): EChartsType => start(box, {
  textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 },
  categoryAxis: { axisLine: { lineStyle: { color: '#b9c3cc' } }, axisTick: { show: false }, axisLabel: { color: '#4a5a68' } },
  valueAxis: { axisLabel: { color: '#4a5a68' }, splitLine: { lineStyle: { color: '#edf0f3' } } },
});
