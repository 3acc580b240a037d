package org.dmore.benchmarks.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.Consumer;
import org.dmore.benchmarks.report.Machine;
import org.dmore.benchmarks.report.ResultFile;
import org.dmore.benchmarks.report.VideoReport;
import org.dmore.benchmarks.video.Server;
import org.dmore.benchmarks.video.VideoBench;
import org.dmore.benchmarks.video.VideoPlan;
import picocli.CommandLine.Command;

/** {@code dmore bench video}. */
@Command(
    name = "video",
    mixinStandardHelpOptions = true,
    description = {
      "Bytes and processor time of dmore beside other VNC servers, for the same frames.",
      "",
      "TigerVNC's Xvnc and libvncserver, each if it is installed, with the same client in the same"
          + " run, over the loopback; each frame's pixels are compared. QEMU is left out: its guest"
          + " cannot be fed frames. Status 1 if a frame does not arrive as it is.",
      ""
    })
final class VideoCommand extends ComparisonCommand<Server> {
  @Override
  List<Server> installed(PrintWriter err) {
    return Installed.of(Server.values(), Server::title, Server::missing, err);
  }

  @Override
  String refusal(List<Server> present) {
    return present.isEmpty() ? "nothing can be measured: install what is named above" : "";
  }

  @Override
  ResultFile measure(
      List<Server> present, boolean quickly, Machine machine, Consumer<String> progress)
      throws IOException, InterruptedException {
    VideoBench bench = new VideoBench(quickly ? VideoPlan.quick() : VideoPlan.full(), present);
    bench.run(progress);
    return bench.result(machine);
  }

  @Override
  String report(ResultFile result) {
    return new VideoReport(result).markdown();
  }
}
