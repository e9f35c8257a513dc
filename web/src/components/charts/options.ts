import {
  type AutoscaleInfo,
  type ChartOptions,
  ColorType,
  CrosshairMode,
  type DeepPartial,
  TickMarkType,
  type Time,
} from 'lightweight-charts';
import { formatCompact, formatNumber } from '~/lib/format';
import { type Interval, isDaily } from '~/lib/interval';
import { formatBarTime, formatDateTime, timeParts, type Zone } from '~/lib/time';
import { type ChartPalette, fade } from './palette';

export interface TimeStyle {
  interval: Interval;
  zone: Zone;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Label under the chart: the coarsest unit that changes there. Daily bars keep their UTC date in every zone. */
export function tickLabel(seconds: number, type: TickMarkType, { interval, zone }: TimeStyle): string {
  const parts = timeParts(seconds, isDaily(interval) ? 'utc' : zone);
  if (type === TickMarkType.Year) return String(parts.year);
  if (type === TickMarkType.Month) return MONTHS[parts.month - 1] ?? '';
  if (type === TickMarkType.DayOfMonth) return `${parts.day} ${MONTHS[parts.month - 1]}`;
  const clock = formatDateTime(seconds, zone).slice(11);
  return type === TickMarkType.TimeWithSeconds ? `${clock}:${String(parts.second).padStart(2, '0')}` : clock;
}

export function themeOptions(palette: ChartPalette): DeepPartial<ChartOptions> {
  return {
    layout: {
      background: { type: ColorType.Solid, color: palette.background },
      textColor: palette.text,
      panes: { separatorColor: palette.border, separatorHoverColor: palette.grid },
    },
    grid: { vertLines: { color: palette.grid }, horzLines: { color: palette.grid } },
    crosshair: {
      vertLine: { color: palette.dim, labelBackgroundColor: '#3a4656' },
      horzLine: { color: palette.dim, labelBackgroundColor: '#3a4656' },
    },
    rightPriceScale: { borderColor: palette.border },
    timeScale: { borderColor: palette.border },
  };
}

export function timeOptions(style: TimeStyle): DeepPartial<ChartOptions> {
  return {
    localization: {
      timeFormatter: (time: Time) => formatBarTime(time as number, style.interval, style.zone),
    },
    timeScale: {
      timeVisible: !isDaily(style.interval),
      secondsVisible: style.interval === '1s',
      tickMarkFormatter: (time: Time, type: TickMarkType) => tickLabel(time as number, type, style),
    },
  };
}

export function baseOptions(): DeepPartial<ChartOptions> {
  return {
    autoSize: true,
    layout: { fontSize: 11, fontFamily: getComputedStyle(document.body).fontFamily, attributionLogo: true },
    crosshair: { mode: CrosshairMode.Normal },
    rightPriceScale: { scaleMargins: { top: 0.08, bottom: 0.08 }, minimumWidth: 76 },
    // Without a tiny minimum no chart can show a million bars at once; conflation keeps that quick to draw.
    timeScale: {
      minBarSpacing: 0.0005,
      enableConflation: true,
      rightOffset: 4,
      lockVisibleTimeRangeOnResize: true,
    },
  };
}

/** Axis labels with thousands separators, which the library leaves out. */
export const priceFormat = (decimals: number) => ({
  type: 'custom' as const,
  minMove: 10 ** -decimals,
  formatter: (value: number) => formatNumber(value, { decimals }),
});

/** Of what is never below zero: beneath it the axis has room, for the volume, and no prices. */
export function positiveFormat(decimals: number) {
  const format = priceFormat(decimals);
  const text = (value: number) => (value < 0 ? '' : format.formatter(value));
  return { ...format, formatter: text, tickmarksFormatter: (values: readonly number[]) => values.map(text) };
}

export const compactFormat = {
  type: 'custom' as const,
  minMove: 0.01,
  formatter: (v: number) => formatCompact(v),
};

export const percentFormat = {
  type: 'custom' as const,
  minMove: 0.0001,
  formatter: (value: number) => formatNumber(value * 100, { decimals: 1, suffix: '%' }),
};

/** A drawdown is 0 at most: the pane goes no higher, and above 0 nothing is filled and no tick is named. */
export const DRAWDOWN = {
  priceFormat: {
    ...percentFormat,
    tickmarksFormatter: (values: readonly number[]) =>
      values.map((value) => (value > 0 ? '' : percentFormat.formatter(value))),
  },
  baseValue: { type: 'price' as const, price: 0 },
  autoscaleInfoProvider: (original: () => AutoscaleInfo | null): AutoscaleInfo => ({
    priceRange: { minValue: Math.min(original()?.priceRange?.minValue ?? 0, -0.01), maxValue: 0 },
  }),
};

export const drawdownColors = ({ down }: ChartPalette) => ({
  topLineColor: down,
  bottomLineColor: down,
  bottomFillColor1: fade(down, 0.05),
  bottomFillColor2: fade(down, 0.3),
});
