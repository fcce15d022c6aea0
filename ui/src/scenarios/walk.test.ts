import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "../api/client";
import type { ScenariosApi } from "../api/scenarios";
import { report, walkthrough } from "../test/scenarios";
import { Walk } from "./walk";

describe("a walk", () => {
  const api = {
    walkthrough: vi.fn(async () => walkthrough()),
    walkNext: vi.fn(),
    walkBack: vi.fn(),
    walkRestart: vi.fn(),
  };
  let walk: Walk;

  beforeEach(async () => {
    let taken = 0;
    vi.resetAllMocks();
    api.walkthrough.mockImplementation(async () => walkthrough(taken));
    api.walkNext.mockImplementation(async () => walkthrough(++taken));
    api.walkBack.mockImplementation(async () => walkthrough(--taken));
    api.walkRestart.mockImplementation(async () => {
      taken = 0;
      return walkthrough();
    });
    walk = new Walk(api as unknown as ScenariosApi);
    await walk.refresh();
  });

  const at = () => [walk.said.get()?.position, walk.shown.get()];

  it("shows a step before it is taken, and what came of it before the one behind it", async () => {
    expect(at()).toEqual([0, 0]);
    await walk.forward();
    expect(at()).toEqual([1, 0]);
    await walk.forward();
    expect(at()).toEqual([1, 1]);
    await walk.forward();
    expect(at()).toEqual([2, 1]);
    expect(api.walkNext).toHaveBeenCalledTimes(2);
  });

  it("goes back by the same presses, to the very first step", async () => {
    for (let press = 0; press < 6; press += 1) await walk.forward();
    expect(at()).toEqual([3, 3]);
    expect(await walk.forward()).toBe(false);
    for (let press = 0; press < 6; press += 1) await walk.backward();
    expect(at()).toEqual([0, 0]);
    expect(api.walkBack).toHaveBeenCalledTimes(3);
    expect(await walk.backward()).toBe(false);
  });

  it("shows what another window has done", async () => {
    api.walkthrough.mockResolvedValue(walkthrough(2));
    await walk.refresh();
    expect(at()).toEqual([2, 1]);
    api.walkthrough.mockResolvedValue(walkthrough(0));
    await walk.refresh();
    expect(at()).toEqual([0, 0]);
  });

  it("shows no step that was not reached", async () => {
    walk.look(2);
    expect(walk.shown.get()).toBe(0);
  });

  it("takes all steps until one is not as expected", async () => {
    const failed = report({ state: "failed" });
    api.walkNext
      .mockResolvedValueOnce(walkthrough(1))
      .mockResolvedValueOnce(walkthrough(2, [report(), failed]));
    await walk.toTheEnd();
    expect(at()).toEqual([2, 1]);
  });

  it("says why a step was not taken, and stays where it is", async () => {
    api.walkNext.mockRejectedValue(new ApiError("The server is stopped.", "listener_stopped", "Start it."));
    expect(await walk.forward()).toBe(false);
    expect(walk.problem.get()).toBe("The server is stopped. Start it.");
    expect(at()).toEqual([0, 0]);
  });

  it("takes one step at a time, however often the key is pressed", async () => {
    const [first, second] = [walk.forward(), walk.forward()];
    expect(await second).toBe(false);
    await first;
    expect(api.walkNext).toHaveBeenCalledTimes(1);
  });
});
