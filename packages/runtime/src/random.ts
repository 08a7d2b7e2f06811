/** Random: uniform draws in [0, 1). Only jitter uses it; nothing durable depends on it. */
export interface Random {
  draw(): number;
}
