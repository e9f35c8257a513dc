import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Dialog.module.css';

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** Nothing else goes on before it is answered: it has no way to close it. */
  isForced?: boolean;
  size?: string;
  zIndex?: number;
  children: ReactNode;
}

/** A titled dialog. Its head is a plain block: Mantine's own is a header element, a second banner of the page. */
export function Dialog({ opened, onClose, title, isForced = false, size = 'sm', zIndex, children }: Props) {
  return (
    <Modal.Root
      opened={opened}
      onClose={onClose}
      size={size}
      zIndex={zIndex}
      closeOnClickOutside={!isForced}
      closeOnEscape={!isForced}
    >
      <Modal.Overlay />
      <Modal.Content className={classes.content}>
        <div className={classes.head}>
          <Modal.Title className={classes.title}>{title}</Modal.Title>
          {!isForced && <Modal.CloseButton aria-label="Close" />}
        </div>
        <Modal.Body className={classes.body}>{opened && children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
