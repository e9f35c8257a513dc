import { Button, SegmentedControl, Select, Tabs } from '@mantine/core';
import { Icon } from '~/components/Icon';
import { PanelBoundary } from '~/components/PanelBoundary';
import { downloadCsv } from '~/lib/download';
import { toastError } from '~/lib/toast';
import { useTitle } from '~/lib/useTitle';
import { FilterChips } from './FilterChips';
import { FiltersPopover } from './FiltersPopover';
import { PRESETS, presetOf, presetWindows, scanQueryOf, scorecardQueryOf } from './filters';
import classes from './Scanner.module.css';
import { ScanResults } from './ScanResults';
import { Scorecard } from './Scorecard';
import { type ScannerState, useScanner } from './useScanner';

const ROWS_OF_CSV = 1000;

/** What rises: symbols, or one priced in another, by rules that can be changed; and how well these did before. */
export function ScannerPage() {
  const state = useScanner();
  const { isRatio, tab, change } = state;
  useTitle('Scanner');
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <h1>Scanner</h1>
        <SegmentedControl
          aria-label="What to scan"
          value={isRatio ? 'ratio' : 'symbols'}
          onChange={(kind) =>
            change({
              kind: kind === 'ratio' ? 'ratio' : undefined,
              quote_symbol: undefined,
              sort: undefined,
              sel: undefined,
              tab: undefined,
            })
          }
          data={[
            { value: 'symbols', label: 'Uptrends' },
            { value: 'ratio', label: 'Ratio uptrends' },
          ]}
        />
        <span className={classes.spring} />
        <PresetSelect state={state} />
        <FiltersPopover state={state} />
        <CsvButton state={state} />
      </header>
      <FilterChips state={state} />
      {isRatio ? (
        <PanelBoundary resetKey="ratio">
          <ScanResults state={state} />
        </PanelBoundary>
      ) : (
        <Tabs
          value={tab}
          onChange={(next) => change({ tab: next === 'scorecard' ? next : undefined })}
          keepMounted={false}
        >
          <Tabs.List>
            <Tabs.Tab value="results">Now</Tabs.Tab>
            <Tabs.Tab value="scorecard">Scorecard</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="results" className={classes.panel}>
            <PanelBoundary resetKey="symbols">
              <ScanResults state={state} />
            </PanelBoundary>
          </Tabs.Panel>
          <Tabs.Panel value="scorecard" className={classes.panel}>
            <PanelBoundary resetKey="scorecard">
              <Scorecard state={state} />
            </PanelBoundary>
          </Tabs.Panel>
        </Tabs>
      )}
    </div>
  );
}

function PresetSelect({ state }: { state: ScannerState }) {
  const preset = presetOf(state.filters);
  return (
    <Select
      aria-label="Preset of windows"
      w={164}
      placeholder="Own windows"
      data={PRESETS.map(({ name }) => name)}
      value={preset?.name ?? null}
      allowDeselect={false}
      onChange={(name) => {
        const chosen = PRESETS.find((one) => one.name === name);
        if (chosen) state.change(presetWindows(chosen));
      }}
    />
  );
}

/** The same list, or score card, with every figure; the server writes it. */
function CsvButton({ state }: { state: ScannerState }) {
  const { isRatio, tab, filters, sort } = state;
  const save = () => {
    const saved =
      tab === 'scorecard' && !isRatio
        ? downloadCsv('/api/v1/scanner/scorecard', 'scorecard.csv', { ...scorecardQueryOf(filters) })
        : downloadCsv(
            `/api/v1/scanner/${isRatio ? 'ratio-uptrends' : 'uptrends'}`,
            `${isRatio ? 'ratio-uptrends' : 'uptrends'}.csv`,
            { ...scanQueryOf(filters, isRatio), sort, limit: ROWS_OF_CSV },
          );
    saved.catch((error: unknown) => toastError('Could not export', error));
  };
  return (
    <Button variant="default" leftSection={<Icon name="download" size={15} />} onClick={save}>
      CSV
    </Button>
  );
}
