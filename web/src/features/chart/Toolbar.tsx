import { Button, Switch, Tooltip, UnstyledButton } from '@mantine/core';
import type { MarketSymbol } from '~/api/client';
import { Gated } from '~/components/Gated';
import { Icon } from '~/components/Icon';
import { LinkButton } from '~/components/LinkButton';
import { SetSelect } from '~/features/categories/SetSelect';
import { hasIndex } from '~/lib/category';
import type { Interval } from '~/lib/interval';
import { COMPARED_MAX } from './compared';
import { IndicatorMenu } from './IndicatorMenu';
import { IntervalBar } from './IntervalBar';
import { RatioPicker } from './RatioPicker';
import classes from './Toolbar.module.css';
import type { ChartState } from './useChartState';

interface Props {
  symbols: MarketSymbol[];
  symbol: string;
  interval: Interval;
  state: ChartState;
  onSymbol: () => void;
  onInterval: () => void;
  indicatorsOpened: boolean;
  onIndicators: (opened: boolean) => void;
  onCompare: () => void;
}

export function Toolbar({
  symbols,
  symbol,
  interval,
  state,
  onSymbol,
  onInterval,
  indicatorsOpened,
  onIndicators,
  onCompare,
}: Props) {
  const { search, change, ws } = state;
  const isTable = search.view === 'table';
  const isCompared = state.compared.length > 0;
  return (
    <div className={classes.bar} role="toolbar" aria-label="Chart" tabIndex={0}>
      <Tooltip label="Find a symbol (s)">
        <UnstyledButton
          className={classes.symbol}
          onClick={onSymbol}
          aria-label={`Symbol ${symbol}, choose another`}
        >
          <strong>{symbol}</strong>
          <Icon name="chevron" size={15} />
        </UnstyledButton>
      </Tooltip>
      {hasIndex(symbol) && (
        <SetSelect className={classes.item} ws={ws} value={search.set} onChange={(set) => change({ set })} />
      )}
      <span className={classes.rule} />
      <IntervalBar
        symbols={symbols}
        symbol={symbol}
        interval={interval}
        onPick={state.setInterval}
        onMore={onInterval}
      />
      <span className={classes.rule} />
      <IndicatorMenu
        opened={indicatorsOpened}
        onOpened={onIndicators}
        indicators={state.indicators}
        onChange={state.setIndicators}
      />
      <RatioPicker symbols={symbols} symbol={symbol} onPick={state.setSymbol} />
      <Tooltip
        label={state.canCompare ? 'Compare with another series (+)' : `${COMPARED_MAX} series at most`}
      >
        <Button
          className={classes.item}
          variant="default"
          leftSection={<Icon name="plus" size={15} />}
          disabled={!state.canCompare}
          onClick={onCompare}
        >
          Compare
        </Button>
      </Tooltip>
      <Switch
        className={classes.item}
        label="Log"
        title={isCompared ? 'While series are compared the scale is in percent' : undefined}
        disabled={isCompared}
        checked={search.scale === 'log' && !isCompared}
        onChange={(event) => change({ scale: event.currentTarget.checked ? 'log' : undefined }, true)}
      />
      <Tooltip label={isTable ? 'View as chart' : 'View as table'}>
        <Button
          className={classes.item}
          variant={isTable ? 'light' : 'default'}
          px={8}
          aria-pressed={isTable}
          aria-label="View as table"
          onClick={() => change({ view: isTable ? undefined : 'table' })}
        >
          <Icon name="table" size={16} />
        </Button>
      </Tooltip>
      <span className={classes.spring} />
      {!hasIndex(symbol) && (
        <Gated needs="trader">
          <LinkButton
            className={classes.item}
            variant="default"
            to="/w/$ws/plans/new"
            params={{ ws }}
            search={{ symbol }}
            title="n, with the price under the crosshair"
            leftSection={<Icon name="plan" size={15} />}
          >
            Plan
          </LinkButton>
        </Gated>
      )}
      <LinkButton
        className={classes.item}
        to="/w/$ws/backtests/new"
        params={{ ws }}
        search={{ symbol, interval, 'category-set': search.set }}
        leftSection={<Icon name="flask" size={15} />}
      >
        Backtest
      </LinkButton>
    </div>
  );
}
