/** A path that names nothing at all, inside the usual frame. It is drawn once, in the build, so it lies in none of the places. */
import { Shell } from "../shell/shell.tsx";
import NoSuchPage from "./(console)/not-found.tsx";

export default function NotFound() {
  return (
    <Shell nowhere>
      <NoSuchPage />
    </Shell>
  );
}
