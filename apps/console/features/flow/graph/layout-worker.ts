/** The worker that arranges: importing ELK's worker makes it answer layout requests. Nothing else runs here. */
import "elkjs/lib/elk-worker.min.js";
