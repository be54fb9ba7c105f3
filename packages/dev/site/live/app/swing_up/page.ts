/// <reference lib="dom" />
import { find } from "../shared/dom.ts";
import { everyFrame } from "../shared/frames.ts";
import { clearError, tellError } from "../shared/notice.ts";
import { type Port, workerPort } from "../shared/port.ts";
import { onTheme } from "../shared/theme.ts";
import { ActivityView } from "./activity_view.ts";
import { codeText } from "./code_text.ts";
import { CurveView } from "./curve_view.ts";
import type { LearnerNews, LearnerOrder, Progress } from "./learner_messages.ts";
import { deviceChoice } from "./device_choice.ts";
import { openFiles, saveFile } from "./open_files.ts";
import { RunFigures } from "./run_figures.ts";
import { seatView } from "./seat_view.ts";
import { settingsForm } from "./settings_form.ts";
import { isSameRun, type Settings } from "./settings.ts";
import type { Seat, SeatedNetwork, StageNews, StageOrder } from "./stage_messages.ts";

/** Opens the tab in which a network learns to swing up a pendulum; `stage` is a worker's port. */
export function openSwingUp(panel: HTMLElement, stage: Port<StageNews, StageOrder>): void {
  const poles = ([0, 1] as const).map((seat) =>
    seatView(find(panel, `[data-seat="${seat}"]`, HTMLElement), seat, stage)
  );
  const canvas = (name: string) => find(panel, `[data-${name}]`, HTMLCanvasElement);
  const activity = new ActivityView(canvas("raster"), canvas("membranes"));
  const curve = new CurveView(canvas("curve"));
  const figures = new RunFigures(panel);
  const networks: (SeatedNetwork | undefined)[] = [undefined, undefined];
  let watched: Seat = 0;

  const watch = (seat: Seat) => {
    watched = seat;
    const network = networks[seat];
    if (network !== undefined) activity.watch(network);
    for (const radio of panel.querySelectorAll<HTMLInputElement>('[name="watched"]')) {
      radio.checked = radio.value === String(seat);
    }
  };
  panel.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement && target.name === "watched") {
      watch(Number(target.value) as Seat);
    }
  });

  stage.listen((news) => {
    if (news.type === "error") tellError(news.message);
    else if (news.type === "asks") files.ask(news.facts);
    else if (news.type === "seated") {
      if (news.isFile) nameFile(files.last?.name ?? "your file");
      networks[news.seat] = news.network;
      if (news.seat === watched) activity.watch(news.network);
    } else {
      poles[news.seat].show(news);
      if (news.seat === watched) activity.show(news);
    }
  });

  const files = openFiles(panel, (bytes, codes) => {
    stage.send({ type: "open", seat: 0, bytes, codes }, [bytes.buffer]);
  });
  const nameFile = (name: string) => {
    const [title, text] = ["title", "text"].map((part) =>
      find(panel, `[data-seat="0"] [data-${part}]`, HTMLElement)
    );
    title.textContent = name;
    text.textContent = "This network is in the file that you have opened. Now it acts here.";
    watch(0);
    if (!isPlaying) stage.send({ type: "step" });
  };

  const form = settingsForm(find(panel, "form", HTMLFormElement));
  const trainButton = find(panel, "[data-train]", HTMLButtonElement);
  const saveButton = find(panel, "[data-save]", HTMLButtonElement);
  const resetButton = find(panel, "[data-reset]", HTMLButtonElement);
  let learner: ReturnType<typeof startLearner> | undefined;
  let settings: Settings | undefined;
  let isTraining = false;

  const device = deviceChoice(panel, (device) => {
    learner?.send({ type: "device", device });
    figures.noteChange();
  });

  function startLearner() {
    const port = workerPort<LearnerNews, LearnerOrder>("learner");
    port.listen((news) => {
      if (news.type === "policy") {
        stage.send({ type: "policy", seat: 1, bytes: news.bytes }, [news.bytes.buffer]);
      } else if (news.type === "progress") takeProgress(news);
      else if (news.type === "saved") saveFile(`pendulum-${news.step}.safetensors`, news.bytes);
      else if (news.type === "device") {
        device.show(news.device);
        if (news.problem !== undefined) tellError(news.problem);
      } else {
        settings = undefined; // There may be no run to go on with.
        setTraining(false);
        tellError(news.message);
      }
    });
    port.send({ type: "device", device: device.device });
    return port;
  }

  function takeProgress(news: Progress): void {
    curve.push(news.episodes);
    figures.show(news);
  }

  function setTraining(value: boolean): void {
    isTraining = value;
    trainButton.textContent = value ? "Pause" : settings === undefined ? "Train" : "Go on";
    learner?.send({ type: "go", isGoing: value });
  }

  function start(): void {
    clearError();
    settings = form.read();
    learner ??= startLearner();
    curve.clear();
    figures.clear();
    learner.send({ type: "start", settings });
    stage.send({ type: "drop", seat: 1 });
    find(panel, '[data-seat="1"]', HTMLElement).dataset.started = "";
    resetButton.disabled = saveButton.disabled = false;
    watch(1);
    setTraining(true);
  }

  trainButton.addEventListener("click", ({ detail }) => {
    if (detail > 1) return; // A double click starts it, and does not pause it at once.
    if (settings === undefined) start();
    else setTraining(!isTraining);
  });
  resetButton.addEventListener("click", start);
  saveButton.addEventListener("click", () => learner?.send({ type: "save" }));
  const code = find(panel, "[data-code]", HTMLElement);
  const showCode = () => code.textContent = codeText(form.read());
  showCode();
  form.onChange((next) => {
    showCode();
    if (settings === undefined) return;
    if (!isSameRun(settings, next)) start();
    else {
      settings = next;
      learner?.send({ type: "change", settings: next });
      figures.noteChange();
    }
  });

  const playButton = find(panel, "[data-play]", HTMLButtonElement);
  const stepButton = find(panel, "[data-step]", HTMLButtonElement);
  let isPlaying = false;
  const setPlaying = (value: boolean) => {
    isPlaying = value;
    playButton.textContent = value ? "Stop the motion" : "Play";
    stepButton.disabled = value;
    stage.send({ type: "play", isPlaying: value });
  };
  playButton.addEventListener("click", () => setPlaying(!isPlaying));
  stepButton.addEventListener("click", () => stage.send({ type: "step" }));

  const refresh = () => {
    for (const view of [...poles, activity, curve]) view.refresh();
  };
  onTheme(refresh);
  new ResizeObserver(refresh).observe(panel);
  everyFrame((now) => {
    for (const pole of poles) pole.draw(now);
    activity.draw();
    curve.draw();
  });

  fetch(new URL("./pendulum.safetensors", import.meta.url))
    .then((response) => {
      if (!response.ok) throw new Error("The trained network is missing on this server");
      return response.arrayBuffer();
    })
    .then((buffer) => {
      stage.send({ type: "policy", seat: 0, bytes: new Uint8Array(buffer) }, [buffer]);
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) stage.send({ type: "step" });
      else setPlaying(true);
    })
    .catch((error) => tellError(error.message));
}
