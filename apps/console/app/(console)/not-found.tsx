/** A path that names no page of the console. */
import { Link } from "../../ui/link.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/feedback/empty-state.tsx";

export default function NotFound() {
  return (
    <EmptyState
      title="There is no such page"
      action={
        <Button asChild tone="primary">
          <Link href="/">Overview</Link>
        </Button>
      }
    >
      Pages are at the left; ctrl K finds types, entities and traces by name.
    </EmptyState>
  );
}
