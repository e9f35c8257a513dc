import { Select, Switch, TextInput, Tooltip, UnstyledButton } from '@mantine/core';
import type { Strategy, StrategyParameter } from '~/api/client';
import classes from './ParameterFields.module.css';
import { boundsText, draftOf, isChanged, type ParameterDraft, parametersOf } from './parameters';

interface Props {
  strategy: Strategy;
  draft: ParameterDraft;
  /** By the server's names: `params.fast`. */
  errors: Record<string, string>;
  onChange: (name: string, value: string | boolean) => void;
}

/** A form made of a strategy's JSON Schema: one field a parameter, in the order the server lists them. */
export function ParameterFields({ strategy, draft, errors, onChange }: Props) {
  const parameters = parametersOf(strategy);
  if (parameters.length === 0) return <p className={classes.none}>This strategy has no parameters.</p>;
  return (
    <div className={classes.grid}>
      {parameters.map(([name, parameter]) => (
        <ParameterField
          key={name}
          name={name}
          parameter={parameter}
          value={draft[name] ?? draftOf(parameter.default)}
          error={errors[`params.${name}`]}
          onChange={(value) => onChange(name, value)}
        />
      ))}
    </div>
  );
}

interface FieldProps {
  name: string;
  parameter: StrategyParameter;
  value: string | boolean;
  error: string | undefined;
  onChange: (value: string | boolean) => void;
}

function ParameterField({ name, parameter, value, error, onChange }: FieldProps) {
  const shared = { 'data-field': `params.${name}`, label: parameter.title, error };
  const reset = isChanged(parameter, value) && (
    <ResetButton parameter={parameter} onReset={() => onChange(draftOf(parameter.default))} />
  );

  if (parameter.type === 'boolean')
    return (
      <div className={classes.field}>
        <Switch
          {...shared}
          description={parameter.description}
          checked={value === true}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
        {reset}
      </div>
    );

  if (parameter.enum)
    return (
      <div className={classes.field}>
        <Select
          {...shared}
          description={parameter.description}
          data={parameter.enum}
          value={String(value)}
          allowDeselect={false}
          onChange={(next) => next !== null && onChange(next)}
        />
        {reset}
      </div>
    );

  const bounds = boundsText(parameter);
  return (
    <div className={classes.field}>
      <TextInput
        {...shared}
        description={bounds ? `${parameter.description} (${bounds})` : parameter.description}
        inputMode={parameter.type === 'string' ? 'text' : 'decimal'}
        value={String(value)}
        onChange={(event) => onChange(event.currentTarget.value)}
        rightSection={parameter['x-unit'] && <span className={classes.unit}>{parameter['x-unit']}</span>}
        rightSectionWidth={parameter['x-unit'] && widthOf(parameter['x-unit'])}
        rightSectionPointerEvents="none"
      />
      {reset}
    </div>
  );
}

/** Room for a unit on one line. */
const widthOf = (unit: string) => Math.max(52, 16 + 6.5 * unit.length);

/** Marks a value that is not the default, and takes it back. */
function ResetButton({ parameter, onReset }: { parameter: StrategyParameter; onReset: () => void }) {
  return (
    <Tooltip label={`Back to ${String(parameter.default)}`}>
      <UnstyledButton className={classes.reset} onClick={onReset}>
        {'reset '}
        <span className="visually-hidden">{`${parameter.title} to ${String(parameter.default)}`}</span>
      </UnstyledButton>
    </Tooltip>
  );
}
