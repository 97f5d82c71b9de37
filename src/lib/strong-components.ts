type Links = ReadonlyMap<string, readonly string[]>

/**
 * The strongly connected components of a graph, each after all that it links to: what links to each
 * other in a circle is one. Links to what is no key are none. Kosaraju's, without recursion: a chain
 * of a few thousand is deeper than the stack.
 */
export function strongComponents(links: Links): readonly (readonly string[])[] {
  const left = treesOf([...links.keys()], reverse(links)).flat()
  return treesOf(left.reverse(), links)
}

function reverse(links: Links): Links {
  const reversed = new Map([...links.keys()].map((key): [string, string[]] => [key, []]))
  for (const [key, targets] of links) for (const target of targets) reversed.get(target)?.push(key)
  return reversed
}

/** What each root reaches and no root before it did, in the order of leaving. */
function treesOf(roots: readonly string[], links: Links): readonly (readonly string[])[] {
  const seen = new Set<string>()
  return roots.flatMap((root) => (seen.has(root) ? [] : [treeOf(root, links, seen)]))
}

function treeOf(root: string, links: Links, seen: Set<string>): readonly string[] {
  const left: string[] = []
  const visits = [{ key: root, isLeaving: false }]
  for (let visit = visits.pop(); visit; visit = visits.pop()) {
    const { key, isLeaving } = visit
    const targets = links.get(key)
    if (isLeaving) left.push(key)
    else if (targets && !seen.has(key)) {
      seen.add(key)
      visits.push({ key, isLeaving: true })
      for (const target of targets) visits.push({ key: target, isLeaving: false })
    }
  }
  return left
}
