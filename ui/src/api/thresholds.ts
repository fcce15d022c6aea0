// Error rates and latencies of late, beside the limits that are published: the names that the window uses.

import type { components } from "./schema";

export type MethodThresholds = components["schemas"]["MethodFigures"];
export type Thresholds = components["schemas"]["ThresholdList"];
