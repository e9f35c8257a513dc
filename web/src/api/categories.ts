import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, bodyOf, type CategoryPeriod } from './client';

/** All categories with how they did, for members priced in `quote`. */
export const categoriesQuery = (quote: string) =>
  queryOptions({
    queryKey: ['market', 'categories', quote],
    queryFn: async ({ signal }) => {
      const list = await bodyOf(api.GET('/api/v1/categories', { params: { query: { quote } }, signal }));
      if (typeof list === 'string') throw new Error('the categories did not come as JSON');
      return list.categories;
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export const categoryHeatmapQuery = (quote: string, period: CategoryPeriod) =>
  queryOptions({
    queryKey: ['market', 'categories', quote, 'heatmap', period],
    queryFn: async ({ signal }) => {
      const map = await bodyOf(
        api.GET('/api/v1/categories/heatmap', { params: { query: { quote, period } }, signal }),
      );
      if (typeof map === 'string') throw new Error('the heat map did not come as JSON');
      return map.rows;
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
