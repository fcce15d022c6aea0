import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Boundary } from "./Boundary";

describe("a window that cannot be drawn", () => {
  beforeEach(() => {
    // What failed is told to the console, too.
    vi.spyOn(console, "error").mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("says so and is loaded again at a click", async () => {
    const reload = vi.fn();
    const Broken = () => {
      throw new Error("a part is gone");
    };
    render(
      <Boundary reload={reload}>
        <Broken />
      </Boundary>,
    );
    expect(screen.getByRole("alert")).toHaveTextContent("This window could not go on");
    expect(screen.getByRole("alert")).toHaveTextContent("a part is gone");
    await userEvent.click(screen.getByRole("button", { name: "Load the window again" }));
    expect(reload).toHaveBeenCalledOnce();
  });

  it("is not spoken of while all goes well", () => {
    render(<Boundary>all of it</Boundary>);
    expect(screen.getByText("all of it")).toBeVisible();
    expect(screen.queryByRole("alert")).toBeNull();
  });
});
