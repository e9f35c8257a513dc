import { ActionIcon } from '@mantine/core';
import { describeError } from '~/api/problem';
import { Icon } from '~/components/Icon';
import { ProgressBar } from '~/components/ProgressBar';
import { formatBytes, formatPercent } from '~/lib/format';
import { useStore } from '~/lib/store';
import classes from './UploadPanel.module.css';
import { dropUpload, type Upload, uploads } from './uploads';

/** The files that are on their way; those that have arrived are imports and stand in the table. */
export function UploadList() {
  const list = useStore(uploads);
  if (list.length === 0) return null;
  return (
    <ul className={classes.list} aria-label="Files on their way">
      {list.map((upload) => (
        <li key={upload.key}>
          <span className={classes.name}>{upload.name}</span>
          <span className={classes.bytes}>{formatBytes(upload.bytes)}</span>
          {upload.error ? <Refused error={upload.error} /> : <Sent upload={upload} />}
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`${upload.error ? 'Dismiss' : 'Cancel'} ${upload.name}`}
            onClick={() => dropUpload(upload)}
          >
            <Icon name="close" size={15} />
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}

function Sent({ upload: { name, sent } }: { upload: Upload }) {
  if (sent === null) return <span className={classes.sent}>waits for its turn</span>;
  return (
    <span className={classes.sent}>
      <ProgressBar value={sent} label={`Upload of ${name}`} />
      <span className="num">{formatPercent(sent, { signed: false, decimals: 0 })}</span>
    </span>
  );
}

function Refused({ error }: { error: unknown }) {
  const { title, detail, fields } = describeError(error);
  const said = [detail || title, ...fields.map((field) => field.detail)].join(' ');
  return (
    <span className={classes.refused} role="alert">
      <Icon name="alert" size={14} /> {said}
    </span>
  );
}
