// The server writes this element; "<" never occurs in it.
const GROUP = /<script type="application\/json" id="data-group">([^<]*)<\/script>/;

interface GroupPage {
  tiles: { key: string; url: string | null }[];
}

/** The addresses of a data group's files, by tile, in a page that is rendered for this; none in a template's page. */
export async function linksOf(
  page: string,
  load: (address: string) => Promise<Response> = (address) => fetch(address),
): Promise<Record<string, string>> {
  const response = await load(page);
  const found = response.ok ? GROUP.exec(await response.text())?.[1] : undefined;
  if (found === undefined) return {};
  const { tiles } = JSON.parse(found) as GroupPage;
  return Object.fromEntries(tiles.flatMap(({ key, url }) => (url === null ? [] : [[key, url]])));
}
