import { Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { Download, DownloadRequest } from '~/api/client';
import { startDownload } from '~/api/downloads';
import { Dialog } from '~/components/Dialog';
import { Withheld } from '~/components/Gated';
import { Icon } from '~/components/Icon';
import { SkeletonRows } from '~/components/States';
import type { Interval } from '~/lib/interval';
import { toastError } from '~/lib/toast';
import { DownloadList } from './DownloadList';
import { useDownloadDenied, useStarted } from './useDownloads';
import { wishOf } from './wish';

const DownloadForm = lazy(async () => ({ default: (await import('./DownloadForm')).DownloadForm }));

interface ChooseProps {
  label: string;
  variant?: 'default';
  onStarted: (made: Download) => void;
}

/** Opens the form of a download. */
export function ChooseDownload({ label, variant, onStarted }: ChooseProps) {
  const [opened, setOpened] = useState(false);
  const close = () => setOpened(false);
  return (
    <>
      <Withheld why={useDownloadDenied()}>
        <Button variant={variant} onClick={() => setOpened(true)}>
          {label}
        </Button>
      </Withheld>
      <Dialog opened={opened} onClose={close} title="Download candles" size="lg">
        <Suspense fallback={<SkeletonRows rows={6} height={48} />}>
          <DownloadForm onStarted={onStarted} onClose={close} />
        </Suspense>
      </Dialog>
    </>
  );
}

interface StartProps extends ChooseProps {
  wish: DownloadRequest;
}

/** Starts a download as it is. */
export function StartDownload({ wish, label, variant, onStarted }: StartProps) {
  const start = useMutation({
    mutationFn: () => startDownload(wish),
    onSuccess: onStarted,
    onError: (error) => toastError('Could not start the download', error),
  });
  return (
    <Withheld why={useDownloadDenied()}>
      <Button
        variant={variant}
        leftSection={<Icon name="download" size={15} />}
        loading={start.isPending}
        onClick={() => start.mutate()}
      >
        {label}
      </Button>
    </Withheld>
  );
}

interface SeriesProps {
  /** A symbol, or two as A/B. */
  series: string;
  interval: Interval;
}

/** A series that is not stored, one press away; and how far that is. */
export function DownloadSeries({ series, interval }: SeriesProps) {
  const { started, add } = useStarted();
  const denied = useDownloadDenied();
  const wish = wishOf(series, interval, Date.now() / 1000);
  if (!wish) return null;
  return (
    <>
      <Group justify="center">
        <StartDownload
          wish={wish}
          label={`Download ${wish.symbols.join(', ')} ${interval}`}
          onStarted={add}
        />
        <ChooseDownload label="Other candles…" variant="default" onStarted={add} />
      </Group>
      <p className="ui-note">
        {denied ?? `From ${wish.from} until yesterday, out of Binance’s public archive.`}
      </p>
      <DownloadList started={started} />
    </>
  );
}
