import { Component, type ReactNode } from 'react';
import { ErrorState } from './States';

interface Props {
  children: ReactNode;
  /** When this changes (another run, another symbol) a failed panel gets a new chance. */
  resetKey?: string;
}

/** One bad value never takes the page down: the panel around it says what happened and can be tried again. */
export class PanelBoundary extends Component<Props, { error: unknown }> {
  override state = { error: undefined as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidUpdate(previous: Props) {
    if (previous.resetKey !== this.props.resetKey && this.state.error !== undefined)
      this.setState({ error: undefined });
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return <ErrorState error={this.state.error} onRetry={() => this.setState({ error: undefined })} />;
  }
}
