import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, type CategoryPeriod, jsonOf } from './client';

/** All categories with how they did, for members priced in `quote`: of a set of the workspace, or of the server's file. */
export const categoriesQuery = (quote: string, set: string | undefined) =>
  queryOptions({
    queryKey: ['market', 'categories', quote, set ?? ''],
    queryFn: async ({ signal }) => {
      const list = await jsonOf(
        'the categories',
        api.GET('/api/v1/categories', { params: { query: { quote, category_set_id: set } }, signal }),
      );
      return list.categories;
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export const categoryHeatmapQuery = (quote: string, set: string | undefined, period: CategoryPeriod) =>
  queryOptions({
    queryKey: ['market', 'categories', quote, set ?? '', 'heatmap', period],
    queryFn: async ({ signal }) => {
      const map = await jsonOf(
        'the heat map',
        api.GET('/api/v1/categories/heatmap', {
          params: { query: { quote, period, category_set_id: set } },
          signal,
        }),
      );
      return map.rows;
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

/** One category with each of its members. Not one that is called `heatmap` or `ratios`. */
export const categoryQuery = (name: string, quote: string, set: string | undefined) =>
  queryOptions({
    queryKey: ['market', 'categories', quote, set ?? '', 'category', name],
    queryFn: ({ signal }) =>
      jsonOf(
        'the category',
        api.GET('/api/v1/categories/{name}', {
          params: { path: { name }, query: { quote, category_set_id: set } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });
