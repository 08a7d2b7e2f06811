/**
 * TypeLabels: which function types have labels of their own in the metrics. The first typeLabelsMax that came keep theirs, so that a
 * counter never goes back; all later ones are added up under one name. So a sender of messages to names under a wildcard cannot decide how
 * large a scrape is.
 * Neighbour: metrics.ts writes the families.
 */
export const typeLabelsMax = 200;

export interface Labels {
  readonly namespace: string;
  readonly name: string;
}

/** No namespace is empty, so these labels cannot be those of a function type. */
export const otherTypes: Labels = { namespace: "", name: "other" };

export function labelsOf(type: string): Labels {
  const slash = type.indexOf("/");
  return { namespace: type.slice(0, slash), name: type.slice(slash + 1) };
}

export class TypeLabels {
  private readonly known = new Map<string, Labels>();

  /** Returns undefined when the type is one of the others. */
  of(type: string): Labels | undefined {
    const known = this.known.get(type);
    if (known !== undefined || this.known.size >= typeLabelsMax) return known;
    const made = labelsOf(type);
    this.known.set(type, made);
    return made;
  }

  samples(values: readonly (readonly [type: string, value: number])[]): (readonly [labels: Labels, value: number])[] {
    const samples: (readonly [labels: Labels, value: number])[] = [];
    let others: number | undefined;
    for (const [type, value] of values) {
      const labels = this.of(type);
      if (labels === undefined) others = (others ?? 0) + value;
      else samples.push([labels, value]);
    }
    if (others !== undefined) samples.push([otherTypes, others]);
    return samples;
  }
}
