import { yamlOfCategorySet } from '~/api/categorySets';
import type { CategorySet } from '~/api/client';
import { saveFile } from '~/lib/download';
import { toastError } from '~/lib/toast';

/** Saves a version as a file. */
export async function download(ws: string, { id, name, version }: CategorySet) {
  try {
    const text = await yamlOfCategorySet(ws, id, version);
    saveFile(`${name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}.yaml`, 'application/yaml', text);
  } catch (error) {
    toastError('Could not download the set', error);
  }
}
