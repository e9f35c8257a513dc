import type {
  AccountEvent,
  BacktestEvent,
  CandlesEvent,
  CategorySetEvent,
  Import,
  Job,
  MemberEvent,
  OrderEvent,
  ResetEvent,
  TradePlanEvent,
  WorkspaceEvent,
} from './client';

interface Payloads {
  job: Job;
  backtest: BacktestEvent;
  workspace: WorkspaceEvent;
  category_set: CategorySetEvent;
  member: MemberEvent;
  trade_plan: TradePlanEvent;
  account: AccountEvent;
  order: OrderEvent;
  import: Import;
  candles: CandlesEvent;
  reset: ResetEvent;
}

/** One thing that happened. `id` is empty for what the server does not number. */
export type StreamEvent = {
  [Type in keyof Payloads]: { type: Type; data: Payloads[Type]; id: string };
}[keyof Payloads];

const TYPES: StreamEvent['type'][] = [
  'job',
  'backtest',
  'workspace',
  'category_set',
  'member',
  'trade_plan',
  'account',
  'order',
  'import',
  'candles',
  'reset',
];
const CLOSED = 2;
const RETRY_MS = [1000, 2000, 5000, 10_000, 15_000];
/** The server gives a sign of life every 5 seconds. */
const SILENCE_MS = 20_000;

export type MakeSource = (url: string) => EventSource;

interface Handlers {
  onOpen: () => void;
  /** The connection is gone, or was silent for so long that it may well be; it is being made again. */
  onDown: (silent_ms: number) => void;
  onEvent: (event: StreamEvent) => void;
  /**
   * The server refused, a browser does not tell why: it may be that the session has ended. The next attempt waits
   * for what this finds out and does about it.
   */
  onRefused?: () => Promise<unknown>;
}

/**
 * Keeps one connection to an event stream. A browser comes back by itself where a connection broke; where the
 * server answered with an error it gives up, and a new one has to be made: `url` names the last event then. So it is
 * where nothing comes any more though the connection stands, because the server froze or the network is gone.
 */
export function keepSource(url: () => string, handlers: Handlers, make: MakeSource): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let closed = false;

  const again = () => {
    retry = setTimeout(connect, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
    failures += 1;
  };
  const askWhy = async () => {
    await handlers.onRefused?.().catch(() => undefined);
    if (!closed) again();
  };
  const giveUp = () => {
    source?.close();
    handlers.onDown(SILENCE_MS);
    again();
  };
  const hear = () => {
    clearTimeout(silence);
    silence = setTimeout(giveUp, SILENCE_MS);
  };
  const connect = () => {
    const made = make(url());
    source = made;
    hear();
    made.addEventListener('open', () => {
      hear();
      failures = 0;
      handlers.onOpen();
    });
    made.addEventListener('error', () => {
      hear();
      handlers.onDown(0);
      if (made.readyState !== CLOSED) return;
      clearTimeout(silence);
      void askWhy();
    });
    made.addEventListener('ping', hear);
    for (const type of TYPES)
      made.addEventListener(type, (message) => {
        hear();
        const event = readEvent(type, message);
        if (event) handlers.onEvent(event);
      });
  };

  connect();
  return () => {
    closed = true;
    clearTimeout(retry);
    clearTimeout(silence);
    source?.close();
  };
}

function readEvent(type: StreamEvent['type'], { data, lastEventId }: MessageEvent): StreamEvent | undefined {
  try {
    return { type, data: JSON.parse(String(data)), id: lastEventId } as StreamEvent;
  } catch {
    // A line that is no JSON is not from this server's stream; what it was about is read again sooner or later.
    return undefined;
  }
}
