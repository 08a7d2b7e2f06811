/** Delivery: what an egress connector says of a batch of records. A closed set: the framework acknowledges, waits or puts aside by it. */
export type Delivery =
  /** Up to and including this sequence the other system has them. */
  | { readonly kind: "delivered"; readonly through: number }
  /** Those up to `through` are delivered, if it is given; the rest is tried again, not before afterMs. */
  | {
      readonly kind: "retry";
      readonly through?: number | undefined;
      readonly afterMs: number;
      readonly what: string;
      readonly cure: string;
    }
  /** Those before it are delivered; this one will never be taken as it is. `excerpt`: of what the other system answered. */
  | { readonly kind: "rejected"; readonly sequence: number; readonly what: string; readonly cure: string; readonly excerpt: string };
