// The engines that the state may be kept in; TLAB_TEST_ENGINES leaves one out.
export type Engine = 'sqlite' | 'postgresql';

export const engines: Engine[] = (process.env.TLAB_TEST_ENGINES ?? 'sqlite,postgresql').split(
  ',',
) as Engine[];
