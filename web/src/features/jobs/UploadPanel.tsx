import { Button, FileButton, Select, Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type DragEvent, useState } from 'react';
import { importsKey } from '~/api/imports';
import { Icon } from '~/components/Icon';
import { INTERVALS } from '~/lib/interval';
import { UploadList } from './UploadList';
import classes from './UploadPanel.module.css';
import { addUploads } from './uploads';

const ENDINGS = '.zip,.csv,.gz,.parquet';

/** Where files of candles are dropped or chosen, and what their names may leave open. */
export function UploadPanel() {
  const [symbol, setSymbol] = useState('');
  const [interval, setInterval] = useState<string | null>(null);
  const [skipBad, setSkipBad] = useState(false);
  const [over, setOver] = useState(false);
  const client = useQueryClient();

  const add = (files: File[]) => {
    const options = {
      symbol: symbol.trim() || undefined,
      interval: interval ?? undefined,
      skip_bad: skipBad,
    };
    addUploads(files, options, () => void client.invalidateQueries({ queryKey: importsKey }));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    add([...event.dataTransfer.files]);
  };

  return (
    <section
      className={classes.panel}
      aria-label="Upload"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <div className={classes.target}>
        <Icon name="upload" size={22} />
        <p>
          Drop Binance files here: ZIP, CSV, CSV.gz or Parquet
          <span>Each is stored whole or not at all; what is there already stays.</span>
        </p>
        <FileButton multiple accept={ENDINGS} onChange={add}>
          {(props) => <Button {...props}>Choose files…</Button>}
        </FileButton>
      </div>
      <div className={classes.fields}>
        <TextInput
          label="Symbol"
          description="Instead of what the name says"
          placeholder="from the name"
          maxLength={64}
          spellCheck={false}
          value={symbol}
          onChange={(event) => setSymbol(event.currentTarget.value.toUpperCase())}
        />
        <Select
          label="Interval"
          description="Where the name does not say it"
          placeholder="from the name"
          data={INTERVALS}
          value={interval}
          clearable
          onChange={setInterval}
        />
        <Switch
          className={classes.switch}
          label="Leave bad rows out"
          description="Otherwise a file with one is refused"
          checked={skipBad}
          onChange={(event) => setSkipBad(event.currentTarget.checked)}
        />
      </div>
      <UploadList />
    </section>
  );
}
