/** Delivery: an egress connector's answer about a batch of records. By it the framework acknowledges, waits, or puts a record aside. */
export type Delivery =
  /** The other system has all records up to and including this sequence. */
  | { readonly kind: "delivered"; readonly through: number }
  /** Records up to `through` (if given) are delivered; the rest is tried again, not before afterMs. */
  | {
      readonly kind: "retry";
      readonly through?: number | undefined;
      readonly afterMs: number;
      readonly what: string;
      readonly cure: string;
    }
  /**
   * Records before this one are delivered; this one will never be accepted as it is. `excerpt`: the beginning of the other system's answer.
   */
  | { readonly kind: "rejected"; readonly sequence: number; readonly what: string; readonly cure: string; readonly excerpt: string };
