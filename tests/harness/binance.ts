// A stand-in for Binance: its archive of files (data.binance.vision) and its exchangeInfo (api.binance.com), over
// loopback, from files of the test or from a folder in the archive's layout; with faults, as a network has them.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import { binanceCsv, type Candle, epoch } from './candles.ts';
import { zip } from './zip.ts';

export type Market = 'spot' | 'futures/um' | 'futures/cm';

/** What goes wrong with some answers. */
export interface Fault {
  /** Of the paths it happens to. */
  on: RegExp;
  /** How often; always without it. */
  times?: number;
  kind:
    | 'status' // another status than 200
    | 'cut' // the connection ends in the middle of the body
    | 'silent' // nothing more comes after the middle of the body
    | 'slow' // the body comes byte by byte
    | 'wrong' // other bytes of the same length
    | 'truncated' // the body ends early, and the head says so
    | 'refuse'; // the connection ends before an answer
  status?: number;
  retryAfter?: string;
}

export interface SeenRequest {
  method: string;
  path: string;
  range?: string;
  status: number;
  at: number; // ms
}

export interface TradedSymbol {
  symbol: string;
  status?: string;
  quoteAsset?: string;
  isSpotTradingAllowed?: boolean;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const daySeconds = 86_400;

export const archivePath = (symbol: string, interval: string, period: string, market: Market = 'spot'): string =>
  `/data/${market}/${period.length === 7 ? 'monthly' : 'daily'}/klines/${symbol}/${interval}/${symbol}-${interval}-${period}.zip`;

/** Start of a period such as 2024-01 or 2024-01-31, and of the one behind it. */
function periodRange(period: string): [number, number] {
  const isMonth = period.length === 7;
  const start = epoch(isMonth ? `${period}-01` : period);
  if (!isMonth) return [start, start + daySeconds];
  const [year = 0, month = 0] = period.split('-').map(Number);
  return [start, Date.UTC(year, month, 1) / 1000];
}

export class Binance {
  readonly files = new Map<string, Buffer>();
  /** Folders in Binance's layout; their CHECKSUM files are taken as they are. */
  readonly folders: string[] = [];
  readonly seen: SeenRequest[] = [];
  faults: Fault[] = [];
  traded: TradedSymbol[] = [];
  /** What is called before an answer: it may wait. */
  before: (path: string) => Promise<void> | void = () => {};
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch(() => response.destroy());
    });
  }

  static async start(port = 0): Promise<Binance> {
    const binance = new Binance();
    await new Promise<void>((resolve, reject) => {
      binance.server.once('error', reject);
      binance.server.listen(port, '127.0.0.1', resolve);
    });
    return binance;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The settings that send the product here. */
  get env(): Record<string, string> {
    return { BINANCE_DATA_URL: this.url, BINANCE_API_URL: this.url };
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** A file and its CHECKSUM. */
  put(path: string, bytes: Buffer): void {
    const name = path.slice(path.lastIndexOf('/') + 1);
    this.files.set(path, bytes);
    this.files.set(`${path}.CHECKSUM`, Buffer.from(`${sha256(bytes)}  ${name}\n`));
  }

  /** The candles of a series that lie in a period, as its file; none where there are none. */
  publish(
    symbol: string,
    interval: string,
    period: string,
    candles: Candle[],
    seconds = daySeconds,
    market: Market = 'spot',
  ): void {
    const [from, to] = periodRange(period);
    const inside = candles.filter(({ time }) => time >= from && time < to);
    if (inside.length === 0) return;
    const name = `${symbol}-${interval}-${period}.csv`;
    this.put(archivePath(symbol, interval, period, market), zip({ [name]: binanceCsv(inside, seconds) }));
  }

  /** As it was started, but for what is published. */
  reset(market: Record<string, Candle[]>): void {
    this.files.clear();
    this.faults = [];
    this.seen.length = 0;
    this.traded = [];
    this.before = () => {};
    for (const [symbol, candles] of Object.entries(market)) this.publishAll(symbol, '1d', candles);
  }

  /** Monthly and daily files of all months and days of a series. */
  publishAll(symbol: string, interval: string, candles: Candle[], seconds = daySeconds): void {
    const days = new Set(candles.map(({ time }) => new Date(time * 1000).toISOString().slice(0, 10)));
    for (const day of days) this.publish(symbol, interval, day, candles, seconds);
    for (const month of new Set([...days].map((day) => day.slice(0, 7))))
      this.publish(symbol, interval, month, candles, seconds);
  }

  /** Paths of what was asked for, in order. */
  paths(what: RegExp = /\.zip$/): string[] {
    return this.seen.map(({ path }) => path).filter((path) => what.test(path));
  }

  private find(path: string): Buffer | undefined {
    const made = this.files.get(path);
    if (made) return made;
    for (const folder of this.folders) {
      const place = join(folder, normalize(path));
      if (place.startsWith(folder) && existsSync(place) && statSync(place).isFile()) return readFileSync(place);
    }
    return undefined;
  }

  private takeFault(path: string): Fault | undefined {
    const fault = this.faults.find(({ on, times }) => on.test(path) && times !== 0);
    if (fault?.times !== undefined) fault.times--;
    return fault;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(new URL(request.url ?? '/', this.url).pathname);
    const range = request.headers.range;
    const method = request.method ?? 'GET';
    const note: SeenRequest = { method, path, status: 0, at: performance.now(), ...(range ? { range } : {}) };
    this.seen.push(note);
    await this.before(path);
    const fault = this.takeFault(path);
    const body = path === '/api/v3/exchangeInfo' ? this.exchangeInfo() : this.find(path);
    if (fault?.kind === 'refuse') {
      response.destroy();
      return;
    }
    if (fault?.kind === 'status' || !body) {
      note.status = fault?.status ?? (body ? 500 : 404);
      const headers = fault?.retryAfter === undefined ? {} : { 'Retry-After': fault.retryAfter };
      response.writeHead(note.status, headers).end('no file, but a text that says why\n');
      return;
    }
    await this.send(request, response, body, note, fault);
  }

  private async send(
    request: IncomingMessage,
    response: ServerResponse,
    whole: Buffer,
    note: SeenRequest,
    fault?: Fault,
  ): Promise<void> {
    const tag = `"${sha256(whole).slice(0, 32)}"`;
    const first = Number(/^bytes=(\d+)-$/.exec(note.range ?? '')?.[1] ?? 0);
    const isRest = first > 0 && request.headers['if-range'] === tag;
    const body = Buffer.from(isRest ? whole.subarray(first) : whole);
    note.status = isRest && first >= whole.length ? 416 : isRest ? 206 : 200;
    if (fault?.kind === 'wrong') body[body.length >> 1] = (body[body.length >> 1] as number) ^ 0xff;
    const sent = fault?.kind === 'truncated' ? body.subarray(0, body.length >> 1) : body;
    response.writeHead(note.status, {
      ETag: tag,
      'Accept-Ranges': 'bytes',
      'Content-Length': sent.length,
      ...(note.status === 206 ? { 'Content-Range': `bytes ${first}-${whole.length - 1}/${whole.length}` } : {}),
    });
    await this.write(response, sent, fault);
  }

  private async write(response: ServerResponse, body: Buffer, fault?: Fault): Promise<void> {
    const half = body.subarray(0, body.length >> 1);
    if (fault?.kind === 'cut') {
      response.write(half, () => response.destroy());
    } else if (fault?.kind === 'silent') {
      response.write(half);
    } else if (fault?.kind === 'slow') {
      for (const byte of body) {
        if (response.destroyed) return;
        await new Promise((resolve) => response.write(Buffer.of(byte), resolve));
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      response.end();
    } else {
      response.end(body);
    }
  }

  /** With members that nobody here reads, as the real one has. */
  private exchangeInfo(): Buffer {
    const symbols = this.traded.map((one) => ({
      status: 'TRADING',
      quoteAsset: 'USDT',
      baseAsset: one.symbol.replace(/USDT$/, ''),
      filters: [{ filterType: 'PRICE_FILTER', note: 'braces } ] in "strings" \\' }],
      isSpotTradingAllowed: true,
      ...one,
    }));
    const info = { timezone: 'UTC', rateLimits: [], exchangeFilters: [], symbols, sors: [] };
    return Buffer.from(JSON.stringify(info));
  }
}
