// Who can answer a request, in words and with a shape each, strongest first.

import {
  AtSign,
  Clapperboard,
  Heading,
  ListChecks,
  type LucideIcon,
  Plug,
  Scale,
  Store,
  TimerReset,
  ToggleRight,
} from "lucide-react";

export interface LayerWords {
  /** Beside a step. */
  short: string;
  /** Completes "decided by …". */
  long: string;
  Shape: LucideIcon;
}

const LAYERS: Record<string, LayerWords> = {
  protocol: { short: "Protocol", long: "the protocol", Shape: Plug },
  header: { short: "Header", long: "a header", Shape: Heading },
  payload: { short: "Payload", long: "a value in the payload", Shape: AtSign },
  expiring_toggle: { short: "Expiring toggle", long: "an expiring toggle", Shape: TimerReset },
  toggle: { short: "Toggle", long: "a toggle", Shape: ToggleRight },
  rule: { short: "Rule", long: "a rule of the scenario", Shape: ListChecks },
  scenario: { short: "Scenario", long: "the scenario", Shape: Clapperboard },
  inventory: { short: "Inventory", long: "the inventory", Shape: Store },
  domain: { short: "Partner’s rules", long: "the partner’s rules", Shape: Scale },
};

export function layerWords(layer: string): LayerWords {
  const name = layer.replaceAll("_", " ");
  return LAYERS[layer] ?? { short: name, long: name, Shape: Scale };
}
