import { ActionIcon, TextInput, type TextInputProps } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { Icon } from './Icon';

type Props = Omit<TextInputProps, 'type' | 'rightSection'> & { autoComplete: string };

/** A password that can be looked at while it is typed, with a hint where Caps Lock is on. */
export function PasswordField({ description, autoComplete, ...rest }: Props) {
  const [shown, setShown] = useState(false);
  const [caps, setCaps] = useState(false);
  const watch = (event: KeyboardEvent) => setCaps(event.getModifierState('CapsLock'));
  return (
    <TextInput
      {...rest}
      type={shown ? 'text' : 'password'}
      autoComplete={autoComplete}
      spellCheck={false}
      autoCapitalize="off"
      maxLength={256}
      onKeyDown={watch}
      onKeyUp={watch}
      description={caps ? <span role="status">Caps Lock is on.</span> : description}
      rightSection={
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={shown ? 'Hide the password' : 'Show the password'}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        >
          <Icon name={shown ? 'eyeOff' : 'eye'} size={16} />
        </ActionIcon>
      }
    />
  );
}
