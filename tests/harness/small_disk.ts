// A disk of a few MiB that a test may fill: a tmpfs of its own, which only root can mount.
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDir } from './paths.ts';

export interface SmallDisk {
  dir: string;
  /** Until nothing more fits. */
  fill(): void;
  /** What `fill` took. */
  free(): void;
  unmount(): void;
}

/** A reason to skip for `test(name, { skip })`: containers may keep even root from mounting. */
export function noSmallDisk(): string | false {
  try {
    mountSmallDisk(1).unmount();
    return false;
  } catch {
    return 'a small disk cannot be mounted here';
  }
}

export function mountSmallDisk(mebibytes: number): SmallDisk {
  const dir = makeTempDir('disk');
  const filler = join(dir, 'filler');
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', dir], { stdio: 'ignore' });
  return {
    dir,
    fill() {
      const file = openSync(filler, 'w');
      try {
        for (;;) writeSync(file, Buffer.alloc(4096));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler),
    unmount: () => void execFileSync('umount', [dir]),
  };
}
