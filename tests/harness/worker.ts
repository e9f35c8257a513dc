// `tlab worker`: a process that works on the jobs of the state database, beside the server or instead of it.
import { makeTempDir } from './paths.ts';
import { Program } from './program.ts';
import type { StateSettings } from './server.ts';

export interface WorkerOptions {
  marketPath: string;
  state: StateSettings;
  env?: Record<string, string>;
  args?: string[];
}

export class Worker extends Program {
  /** The name that it has among the workers, as jobs show it. */
  workerName = '';

  private constructor(options: WorkerOptions) {
    super('worker', ['worker', ...(options.args ?? [])], {
      MARKET_DB_PATH: options.marketPath,
      UPLOAD_DIR: makeTempDir('uploads'),
      DOWNLOAD_DIR: makeTempDir('downloads'),
      ...options.state,
      ...options.env,
    });
  }

  static async start(options: WorkerOptions): Promise<Worker> {
    const worker = new Worker(options);
    worker.workerName = await worker.ready(/^working as (\S+)$/m);
    return worker;
  }
}
