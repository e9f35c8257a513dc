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

export type MakeSource = (url: string) => EventSource;

interface Handlers {
  onOpen: () => void;
  /** The connection is gone; it is being made again. */
  onDown: () => void;
  onEvent: (event: StreamEvent) => void;
  /**
   * The server refused, a browser does not tell why: it may be that the session has ended. The next attempt waits
   * for what this finds out and does about it.
   */
  onRefused?: () => Promise<unknown>;
}

/**
 * Keeps one connection to an event stream. A browser comes back by itself where a connection broke; where the
 * server answered with an error it gives up, and a new one has to be made: `url` names the last event then.
 */
export function keepSource(url: () => string, handlers: Handlers, make: MakeSource): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let closed = false;

  const again = async () => {
    await handlers.onRefused?.().catch(() => undefined);
    if (closed) return;
    timer = setTimeout(connect, RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
    failures += 1;
  };
  const connect = () => {
    const made = make(url());
    source = made;
    made.addEventListener('open', () => {
      failures = 0;
      handlers.onOpen();
    });
    made.addEventListener('error', () => {
      handlers.onDown();
      if (made.readyState === CLOSED) void again();
    });
    for (const type of TYPES)
      made.addEventListener(type, (message) => {
        const event = readEvent(type, message);
        if (event) handlers.onEvent(event);
      });
  };

  connect();
  return () => {
    closed = true;
    clearTimeout(timer);
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
