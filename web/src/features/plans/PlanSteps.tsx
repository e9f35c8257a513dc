import { Button, Group, SegmentedControl } from '@mantine/core';
import type { Faults } from './draft';
import { LAST_STEP, namesIn, STEPS, type usePlanSteps } from './steps';

interface Props {
  steps: ReturnType<typeof usePlanSteps>;
  errors: Faults;
}

/** Where one is, and where something needs a look; any step may be gone to. */
export function StepBar({ steps, errors }: Props) {
  if (!steps.isPhone) return null;
  const data = STEPS.map((name, index) => {
    const count = namesIn(index + 1, errors).length;
    return { value: `${index + 1}`, label: `${index + 1} ${name}${count > 0 ? ` (${count}!)` : ''}` };
  });
  return (
    <SegmentedControl
      aria-label="Steps"
      fullWidth
      value={`${steps.step}`}
      onChange={(step) => steps.go(Number(step))}
      data={data}
    />
  );
}

/** Below a step: to the one before and the one after. */
export function StepButtons({ steps }: Pick<Props, 'steps'>) {
  if (!steps.isPhone) return null;
  return (
    <Group grow>
      {steps.step > 1 && (
        <Button variant="default" onClick={() => steps.go(steps.step - 1)}>
          Back
        </Button>
      )}
      {steps.step < LAST_STEP && (
        <Button onClick={steps.next}>Next: {STEPS[steps.step]?.toLowerCase()}</Button>
      )}
    </Group>
  );
}
