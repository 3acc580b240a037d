package org.dmore.rfb.encoding;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOInvalidTreeException;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** JPEG by the JDK, for machines without libturbojpeg. */
final class ImageIoJpeg implements Jpeg {
  private static final String FORMAT = "javax_imageio_jpeg_image_1.0";

  private final ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();

  @Override
  public String name() {
    return "javax.imageio";
  }

  @Override
  public void compress(int[] rgb, int width, int height, Quality quality, ByteBuf out) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, width, height, rgb, 0, width);
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(quality.percent() / 100f);
    IIOMetadata metadata =
        writer.getDefaultImageMetadata(
            ImageTypeSpecifier.createFromRenderedImage(image), parameters);
    try (MemoryCacheImageOutputStream stream =
        new MemoryCacheImageOutputStream(new ByteBufOutputStream(out))) {
      sample(metadata, quality.subsampling());
      writer.setOutput(stream);
      writer.write(metadata, new IIOImage(image, null, metadata), parameters);
    } catch (IOException e) {
      throw new UncheckedIOException("the JDK compressed no JPEG image", e);
    } finally {
      writer.setOutput(null);
    }
  }

  /** Sets brightness's sampling factors in the frame's header; the JDK's own choice is 4:2:0. */
  private static void sample(IIOMetadata metadata, Subsampling subsampling)
      throws IIOInvalidTreeException {
    Node tree = metadata.getAsTree(FORMAT);
    NodeList components = ((Element) tree).getElementsByTagName("componentSpec");
    Element brightness = (Element) components.item(0);
    brightness.setAttribute("HsamplingFactor", Integer.toString(subsampling.horizontal()));
    brightness.setAttribute("VsamplingFactor", Integer.toString(subsampling.vertical()));
    metadata.setFromTree(FORMAT, tree);
  }

  @Override
  public void close() {
    writer.dispose();
  }
}
