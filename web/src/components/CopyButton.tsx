import { ActionIcon, CopyButton as Copy, Tooltip } from '@mantine/core';
import { Icon } from './Icon';

/** Puts text on the clipboard and says that it did. */
export function CopyButton({ text, label = 'Copy' }: { text: string; label?: string }) {
  return (
    <Copy value={text} timeout={1500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : label}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            onClick={copy}
            aria-label={copied ? 'Copied' : label}
          >
            <Icon name={copied ? 'check' : 'copy'} size={15} />
          </ActionIcon>
        </Tooltip>
      )}
    </Copy>
  );
}
