// Error rates and latencies of late, beside the limits that are published.

export interface MethodThresholds {
  method: string;
  with_payment: boolean;
  count: number;
  errors: number;
  error_rate: number;
  /** Null where none is published. */
  error_rate_limit: number | null;
  latency_ms: { p50: number; p95: number; p99: number; max: number };
  latency_limit_ms: number | null;
  latency_over: number;
  breached: ("error_rate" | "latency")[];
}

export interface Thresholds {
  since: string;
  window: number;
  methods: MethodThresholds[];
}
