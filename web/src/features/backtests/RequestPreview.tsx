import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { CodeLine } from '~/components/CodeLine';
import { apiBase } from '~/lib/base';
import classes from './NewPage.module.css';
import { curlOf } from './request';

/** The request as it will be sent, to read, keep or run from a terminal. */
export function RequestPreview({ path, body }: { path: string; body: object }) {
  const [form, setForm] = useState<'json' | 'curl'>('json');
  const code =
    form === 'json' ? JSON.stringify(body, null, 2) : curlOf(`${apiBase}/api/v1/workspaces/${path}`, body);
  return (
    <section className={classes.card} aria-label="Request">
      <div className={classes.previewHead}>
        <h2>Request</h2>
        <SegmentedControl
          aria-label="Form of the request"
          value={form}
          onChange={(value) => setForm(value as typeof form)}
          data={[
            { value: 'json', label: 'JSON' },
            { value: 'curl', label: 'curl' },
          ]}
        />
      </div>
      <CodeLine code={code} label={form === 'json' ? 'JSON body' : 'curl command'} />
    </section>
  );
}
