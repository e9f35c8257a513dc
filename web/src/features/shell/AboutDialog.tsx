import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { versionQuery } from '~/api/session';
import { Dialog } from '~/components/Dialog';

/** Versions, licence, and the attribution that the charting library asks for. */
export function AboutDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { data: version } = useQuery({ ...versionQuery, enabled: opened });
  return (
    <Dialog opened={opened} onClose={onClose} title="About Trading Lab">
      <Text size="sm" mb="sm">
        {version ? `Version ${version.version}, engine ${version.engine_version}.` : 'Version unknown.'}{' '}
        Licensed under Apache-2.0. A research tool: nothing here is advice, and no order leaves this server.
      </Text>
      <Text size="sm" mb="sm">
        <a href="docs">The API</a>, <a href="licenses.md">licenses of what this application is made with</a>{' '}
        and <a href="licenses-docs.txt">of what shows the API</a>.
      </Text>
      <Text size="sm" c="dimmed">
        Charts: TradingView Lightweight Charts™, Copyright © 2025 TradingView, Inc.{' '}
        <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
          www.tradingview.com
        </a>
      </Text>
    </Dialog>
  );
}
