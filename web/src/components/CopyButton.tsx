import { ActionIcon, CopyButton as Copy } from '@mantine/core';
import { Icon } from './Icon';

/** Puts text on the clipboard and says that it did. The hint is the browser's own: it stands on every first screen. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  return (
    <Copy value={text} timeout={1500}>
      {({ copied, copy }) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          onClick={copy}
          title={copied ? 'Copied' : label}
          aria-label={copied ? 'Copied' : label}
        >
          <Icon name={copied ? 'check' : 'copy'} size={15} />
        </ActionIcon>
      )}
    </Copy>
  );
}
