import {
  createTextWatermark,
  type IPaneApi,
  type ITextWatermarkPluginApi,
  type Time,
} from 'lightweight-charts';
import { type ChartPalette, readPalette } from './palette';

const FONT_PX = 11;
// The library sets the text flush with the pane: a space and an empty line before it give it air.
const AIR = { text: ' ', fontSize: 4, lineHeight: 6 };

/** Margins of a small pane whose values begin at the top, where its caption is. */
export const UNDER_LABEL = { top: 0.24, bottom: 0.06 };

/** Small captions in the upper left corner of panes, kept in the colours of the theme. */
export class PaneLabels {
  private readonly shown: { plugin: ITextWatermarkPluginApi<Time>; text: string }[] = [];
  private color = readPalette().dim;

  put(pane: IPaneApi<Time>, text: string) {
    const options = { horzAlign: 'left' as const, vertAlign: 'top' as const, lines: [AIR, this.line(text)] };
    this.shown.push({ plugin: createTextWatermark(pane, options), text });
  }

  applyTheme(palette: ChartPalette) {
    this.color = palette.dim;
    for (const { plugin, text } of this.shown) plugin.applyOptions({ lines: [AIR, this.line(text)] });
  }

  private line(text: string) {
    return { text: ` ${text}`, color: this.color, fontSize: FONT_PX };
  }
}
