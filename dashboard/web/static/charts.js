// The trend: volume as an area, the negative ratio as a line with its 95 % band, sentiment as a thin line, alerts as
// labelled marks. Drawn on a canvas, so that no inline style is needed; renewed every five seconds.
(() => {
  "use strict";
  const element = document.getElementById("trend-chart");
  if (!element || !window.echarts) return;
  const REFRESH_MS = 5000;
  const words = element.dataset;
  let chart = null;
  let last = null;

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const percent = (value) => (value === null ? "–" : `${(value * 100).toFixed(1)}%`);
  const score = (value) => (value === null ? "–" : value.toFixed(2).replace("-", "−"));

  function time(ms, seconds) {
    const options = { timeZone: words.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    if (seconds >= 86400) return new Date(ms).toLocaleDateString(words.language, { timeZone: words.zone, month: "numeric", day: "numeric" });
    if (seconds >= 3600) Object.assign(options, { month: "numeric", day: "numeric" });
    return new Date(ms).toLocaleString(words.language, options);
  }

  function tooltip(data) {
    return (items) => {
      const point = data.points[items[0].dataIndex];
      if (!point) return "";
      const band = point.low === null ? "" : ` (${percent(point.low)}–${percent(point.high)})`;
      return [
        time(point.start, Math.min(data.bucket_seconds, 3600)),
        `${words.volume}  ${point.n}`,
        `${words.ratio}  ${percent(point.ratio)}${band}`,
        `${words.negative}  ${point.negative} / ${point.n}`,
        `${words.sentiment}  ${score(point.score)}`,
      ].join("\n");
    };
  }

  function marks(data) {
    return data.alerts.map((alert) => {
      const index = data.points.findIndex((point) => alert.at < point.start + data.bucket_seconds * 1000);
      const place = index > data.points.length * 0.75 ? "right" : index < data.points.length * 0.25 ? "left" : "center";
      return { xAxis: Math.max(0, index), alert: alert.id, label: { formatter: alert.label, align: place } };
    });
  }

  function axes(data) {
    const quiet = colour("--quiet");
    const label = { color: quiet, fontSize: 12 };
    const narrow = element.clientWidth < 560;
    // Too narrow for three scales: there the legend above names them, with the range of sentiment.
    const named = (name, nameGap) => (narrow ? {} : { name, nameGap, nameLocation: "middle", nameTextStyle: label });
    return {
      xAxis: {
        type: "category",
        boundaryGap: false,
        data: data.points.map((point) => point.start),
        axisLabel: { ...label, hideOverlap: true, formatter: (ms) => time(Number(ms), data.bucket_seconds * 12 >= 86400 ? 3600 : data.bucket_seconds) },
        axisLine: { lineStyle: { color: colour("--line") } },
        axisTick: { show: false },
      },
      yAxis: [
        { ...named(words.volume, 40), type: "value", minInterval: 1, splitNumber: 4, axisLabel: label, splitLine: { lineStyle: { color: colour("--line") } } },
        { ...named(words.ratio, 44), nameRotate: -90, type: "value", min: 0, max: 1, interval: 0.25, axisLabel: { ...label, formatter: (v) => `${Math.round(v * 100)}%` }, splitLine: { show: false } },
        { ...named(words.sentiment, 36), nameRotate: -90, type: "value", min: -1, max: 1, interval: 0.5, show: !narrow, offset: 72, axisLabel: { ...label, formatter: (v) => String(v).replace("-", "−") }, splitLine: { show: false } },
      ],
      grid: { left: narrow ? 36 : 64, right: narrow ? 44 : 136, top: 36, bottom: 32 },
    };
  }

  function series(data) {
    const line = { type: "line", symbol: "none", emphasis: { disabled: true }, animation: false };
    const values = (name) => data.points.map((point) => point[name]);
    const told = (value) => data.points.map((point) => (point.n < data.least ? null : value(point)));
    const bad = colour("--bad");
    return [
      { ...line, name: words.volume, data: values("n"), lineStyle: { width: 1, color: colour("--accent") }, areaStyle: { color: colour("--accent"), opacity: 0.18 } },
      { ...line, name: "low", yAxisIndex: 1, stack: "band", data: told((p) => p.low), lineStyle: { width: 0 }, silent: true },
      { ...line, name: "high", yAxisIndex: 1, stack: "band", data: told((p) => p.high - p.low), lineStyle: { width: 0 }, areaStyle: { color: bad, opacity: 0.12 }, silent: true },
      { ...line, name: words.sentiment, yAxisIndex: 2, data: told((p) => p.score), connectNulls: true, lineStyle: { width: 1.5, type: "dotted", color: colour("--quiet") } },
      {
        ...line,
        name: words.ratio,
        yAxisIndex: 1,
        data: told((p) => p.ratio),
        symbol: "circle",
        symbolSize: 5,
        itemStyle: { color: bad },
        connectNulls: true,
        lineStyle: { width: 2.5, color: bad },
        markLine: {
          symbol: "none",
          animation: false,
          lineStyle: { color: bad, width: 1.5, type: "solid" },
          label: { position: "end", color: bad, fontSize: 12, fontWeight: "bold", distance: 4 },
          data: marks(data),
        },
      },
    ];
  }

  function draw(data) {
    last = data;
    if (!chart) {
      chart = window.echarts.init(element, null, { renderer: "canvas" });
      chart.on("click", (event) => {
        if (event.data && event.data.alert) window.location.assign(`/alerts/${event.data.alert}`);
      });
    }
    chart.setOption({
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      animation: false,
      ...axes(data),
      series: series(data),
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        confine: true,
        backgroundColor: colour("--panel"),
        borderColor: colour("--line"),
        textStyle: { color: colour("--ink"), fontSize: 13 },
        formatter: tooltip(data),
      },
    });
    element.dataset.drawn = "true";
  }

  async function renew() {
    if (document.hidden) return;
    const response = await fetch(words.url, { credentials: "same-origin", headers: { accept: "application/json" } });
    if (response.status === 401) window.location.reload();
    else if (response.ok) draw(await response.json());
  }

  // A failed renewal keeps the last picture; the next one tries again.
  const attempt = () => renew().catch(() => undefined);
  attempt();
  window.setInterval(attempt, REFRESH_MS);
  window.addEventListener("resize", () => chart && chart.resize());
  document.addEventListener("theme-changed", () => last && draw(last));
})();
