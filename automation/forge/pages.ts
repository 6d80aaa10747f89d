/** Items of a page: what all forges give at most, or more. */
export const pageSize = 100;

/** No list that we ask for is as long as this; a forge that never ends must not keep us forever. */
const mostPages = 50;

/** Items of all pages, beginning with page 1: until one is not full. */
export async function allPages<Item>(
  read: (page: number) => Promise<readonly Item[]>,
  size = pageSize,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let page = 1; page <= mostPages; page++) {
    const found = await read(page);
    items.push(...found);
    if (found.length < size) break;
  }
  return items;
}
