import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api, type CategoryPeriod, jsonOf } from './client';

/** All categories with how they did, for members priced in `quote`. */
export const categoriesQuery = (quote: string) =>
  queryOptions({
    queryKey: ['market', 'categories', quote],
    queryFn: async ({ signal }) => {
      const list = await jsonOf(
        'the categories',
        api.GET('/api/v1/categories', { params: { query: { quote } }, signal }),
      );
      return list.categories;
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export const categoryHeatmapQuery = (quote: string, period: CategoryPeriod) =>
  queryOptions({
    queryKey: ['market', 'categories', quote, 'heatmap', period],
    queryFn: async ({ signal }) => {
      const map = await jsonOf(
        'the heat map',
        api.GET('/api/v1/categories/heatmap', { params: { query: { quote, period } }, signal }),
      );
      return map.rows;
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
