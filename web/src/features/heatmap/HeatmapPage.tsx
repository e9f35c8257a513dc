import { Button, SegmentedControl, Select } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { categoriesQuery } from '~/api/categories';
import { symbolsQuery } from '~/api/market';
import { Icon } from '~/components/Icon';
import { LinkButton } from '~/components/LinkButton';
import { PanelBoundary } from '~/components/PanelBoundary';
import { SetSelect } from '~/features/categories/SetSelect';
import { downloadCsv, saveFile } from '~/lib/download';
import { toastError } from '~/lib/toast';
import { useTitle } from '~/lib/useTitle';
import { CategoryTable } from './CategoryTable';
import classes from './Heatmap.module.css';
import { matrixCsv, matrixOf, PERIODS, periodText } from './heatmap';
import { Matrix } from './Matrix';
import { Treemap } from './Treemap';

const route = getRouteApi('/w/$ws/heatmap');

/** What moved: categories over all periods, or over one every symbol, or each category against the others. */
export function HeatmapPage() {
  const { ws } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  useTitle('Heatmap');
  const client = useQueryClient();
  const { data: symbols = [] } = useQuery(symbolsQuery);
  const quote = search.quote?.toUpperCase() ?? 'USDT';
  const { set } = search;
  const period = search.window ?? '1d';
  const mode = search.mode ?? 'table';
  const isTree = mode === 'treemap';
  const change = (next: Partial<typeof search>, replace = false) =>
    void navigate({ search: (old) => ({ ...old, ...next }), replace });
  const quotes = [...new Set(['USDT', quote, ...symbols.map(({ quote_asset }) => quote_asset)])].filter(
    Boolean,
  );
  const save = async () => {
    if (isTree)
      return downloadCsv('/api/v1/categories/heatmap', `heatmap-${period}.csv`, {
        quote,
        period,
        category_set_id: set,
      });
    if (mode === 'table')
      return downloadCsv('/api/v1/categories', 'categories.csv', {
        quote,
        category_set_id: set,
      });
    const categories = await client.ensureQueryData(categoriesQuery(quote, set));
    saveFile(`matrix-${period}.csv`, 'text/csv', matrixCsv(matrixOf(categories, period)));
  };
  const onSave = () => void save().catch((error: unknown) => toastError('Could not export', error));

  return (
    <div className={classes.page} data-tree={isTree || undefined}>
      <header className={classes.header}>
        <h1>Category heatmap</h1>
        <SegmentedControl
          aria-label="How to show it"
          value={mode}
          onChange={(next) => change({ mode: next === 'table' ? undefined : (next as typeof search.mode) })}
          data={[
            { value: 'table', label: 'Table' },
            { value: 'treemap', label: 'Treemap' },
            { value: 'matrix', label: 'Matrix' },
          ]}
        />
        {mode !== 'table' && (
          <SegmentedControl
            aria-label="Period"
            value={period}
            onChange={(next) =>
              change({ window: next === '1d' ? undefined : (next as typeof search.window) })
            }
            data={PERIODS.map((value) => ({ value, label: periodText(value) }))}
          />
        )}
        {isTree && (
          <SegmentedControl
            aria-label="Size of a symbol"
            value={search.size ?? 'volume'}
            onChange={(size) => change({ size: size === 'equal' ? 'equal' : undefined }, true)}
            data={[
              { value: 'volume', label: 'By volume' },
              { value: 'equal', label: 'Equal' },
            ]}
          />
        )}
        <span className={classes.spring} />
        <SetSelect ws={ws} value={set} onChange={(next) => change({ set: next })} />
        <Select
          aria-label="Quote asset"
          w={110}
          data={quotes}
          value={quote}
          allowDeselect={false}
          onChange={(next) => change({ quote: next === 'USDT' ? undefined : (next ?? undefined) })}
        />
        <LinkButton
          variant="default"
          to={set ? '/w/$ws/categories/$id' : '/w/$ws/categories'}
          params={{ ws, id: set ?? '' }}
          leftSection={<Icon name="tags" size={15} />}
        >
          Categories
        </LinkButton>
        <Button variant="default" leftSection={<Icon name="download" size={15} />} onClick={onSave}>
          CSV
        </Button>
      </header>
      <PanelBoundary resetKey={`${mode} ${quote} ${set ?? ''}`}>
        {isTree && (
          <Treemap ws={ws} set={set} quote={quote} period={period} equal={search.size === 'equal'} />
        )}
        {mode === 'matrix' && <Matrix ws={ws} set={set} quote={quote} period={period} />}
        {mode === 'table' && (
          <CategoryTable
            ws={ws}
            set={set}
            quote={quote}
            sort={search.sort ?? '-change_1d'}
            onSort={(sort) => change({ sort: sort === '-change_1d' ? undefined : sort }, true)}
          />
        )}
      </PanelBoundary>
    </div>
  );
}
