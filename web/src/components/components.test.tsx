import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { toApiError } from '~/api/problem';
import { renderThemed } from '~/test/render';
import { CommandDialog } from './CommandDialog';
import { DataTable } from './DataTable';
import { Change } from './Num';
import { PanelBoundary } from './PanelBoundary';
import { ErrorState } from './States';

describe('a data table', () => {
  const columns = [
    { key: 'name', header: 'Name', cell: (row: { name: string; n: number }) => row.name },
    { key: 'n', header: 'N', align: 'right' as const, sortable: true, cell: (row: { n: number }) => row.n },
  ];
  const rows = [
    { name: 'a', n: 1 },
    { name: 'b', n: 2 },
  ];

  it('is a table with a row count and a sort direction on its heading', async () => {
    const onSort = vi.fn();
    renderThemed(
      <DataTable
        label="Things"
        columns={columns}
        rows={rows}
        rowKey={({ name }) => name}
        sort={{ key: 'n', descending: true }}
        onSort={onSort}
      />,
    );
    const table = within(screen.getByRole('region', { name: 'Things' })).getByRole('table');
    expect(table).toHaveAttribute('aria-rowcount', '3');
    const heading = screen.getByRole('columnheader', { name: 'N' });
    expect(heading).toHaveAttribute('aria-sort', 'descending');
    await userEvent.click(within(heading).getByRole('button'));
    expect(onSort).toHaveBeenCalledWith({ key: 'n', descending: false });
  });

  it('draws only the rows in view of a long list', () => {
    const many = Array.from({ length: 5000 }, (_, n) => ({ name: String(n), n }));
    renderThemed(<DataTable label="Many" columns={columns} rows={many} rowKey={({ name }) => name} fill />);
    expect(screen.getAllByRole('row').length).toBeLessThan(200);
    expect(screen.getByRole('table')).toHaveAttribute('aria-rowcount', '5001');
  });
});

describe('a command dialog', () => {
  const open = (run: (id: string) => void) =>
    renderThemed(
      <CommandDialog
        opened
        onClose={() => {}}
        title="Find"
        placeholder="Find"
        commands={(query) =>
          ['alpha', 'beta', 'gamma']
            .filter((id) => id.includes(query))
            .map((id) => ({ id, group: 'Letters', label: id, disabled: id === 'gamma', run: () => run(id) }))
        }
        empty={(query) => `nothing for ${query}`}
      />,
    );

  it('is driven from the box: type, arrow, enter', async () => {
    const run = vi.fn();
    open(run);
    const box = screen.getByRole('combobox', { name: 'Find' });
    await userEvent.type(box, '{ArrowDown}');
    expect(screen.getByRole('option', { name: 'beta' })).toHaveAttribute('aria-selected', 'true');
    expect(box.getAttribute('aria-activedescendant')).toBe(screen.getByRole('option', { name: 'beta' }).id);
    await userEvent.type(box, '{Enter}');
    expect(run).toHaveBeenCalledWith('beta');
  });

  it('does not run what is disabled and says when nothing fits', async () => {
    const run = vi.fn();
    open(run);
    const box = screen.getByRole('combobox', { name: 'Find' });
    await userEvent.type(box, 'gam{Enter}');
    expect(run).not.toHaveBeenCalled();
    await userEvent.type(box, 'xyz');
    expect(screen.getByText('nothing for gamxyz')).toBeInTheDocument();
  });
});

describe('a failed panel', () => {
  it('shows the words of the server, the request id and a retry', async () => {
    const onRetry = vi.fn();
    const error = toApiError(503, {
      title: 'Service Unavailable',
      code: 'unavailable',
      detail: 'file.db is locked',
      instance: 'r-1',
    });
    renderThemed(<ErrorState error={error} onRetry={onRetry} />);
    expect(screen.getByText('File.db is locked.')).toBeInTheDocument();
    expect(screen.queryByText('Service Unavailable')).toBeNull();
    expect(screen.getByText('r-1')).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(onRetry).toHaveBeenCalledOnce();
  });

  it('keeps the words of this page for what no server said', () => {
    renderThemed(<ErrorState error={new TypeError('Failed to fetch')} />);
    expect(screen.getByText('The server cannot be reached')).toBeInTheDocument();
    expect(screen.getByText(/Is it running/)).toBeInTheDocument();
  });

  it('says what is wrong with one value without the pointer to it, which stands below', () => {
    const detail = '10 must be above short_window, 20';
    const errors = [{ pointer: '?medium_window', detail }];
    const body = {
      title: 'Unprocessable Content',
      code: 'invalid_input',
      detail: `?medium_window: ${detail}`,
      errors,
    };
    renderThemed(<ErrorState error={toApiError(422, body)} />);
    expect(screen.getByText(`${detail}.`)).toBeInTheDocument();
    expect(screen.getByText('medium_window')).toBeInTheDocument();
  });

  it('never shows the title of HTTP for a fault of the server', () => {
    renderThemed(
      <ErrorState error={toApiError(500, { title: 'Internal Server Error', code: 'internal' })} />,
    );
    expect(screen.getByText('The server could not do that.')).toBeInTheDocument();
  });

  it('stays in its panel and can be tried again', async () => {
    const silence = vi.spyOn(console, 'error').mockImplementation(() => {});
    let broken = true;
    const Part = () => {
      if (broken) throw new Error('bad value');
      return <p>fine</p>;
    };
    renderThemed(
      <PanelBoundary>
        <Part />
      </PanelBoundary>,
    );
    expect(screen.getByText('bad value')).toBeInTheDocument();
    broken = false;
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(screen.getByText('fine')).toBeInTheDocument();
    silence.mockRestore();
  });
});

it('a change is coloured and signed, so that colour is never alone', () => {
  renderThemed(<Change value={-0.05} />);
  expect(screen.getByText('\u22125.00%')).toHaveClass('down');
});

it('what is shown as zero has no colour', () => {
  renderThemed(<Change value={-0.00001} />);
  expect(screen.getByText('0.00%')).not.toHaveClass('down');
});
