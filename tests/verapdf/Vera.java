import java.io.FileInputStream;
import java.io.InputStream;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/** Hold files against standards with the engine of veraPDF: `Vera 3a,ua1 FILE…`; a line for each of both, then its faults. */
public final class Vera {
    public static void main(String[] words) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (int place = 1; place < words.length; place++) {
            for (String name : words[0].split(",")) {
                PDFAFlavour flavour = PDFAFlavour.fromString(name);
                try (InputStream file = new FileInputStream(words[place]);
                        PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
                        PDFAValidator validator = Foundries.defaultInstance().createValidator(flavour, false)) {
                    ValidationResult found = validator.validate(parser);
                    System.out.println(words[place] + "\t" + name + "\t" + found.isCompliant());
                    for (TestAssertion one : found.getTestAssertions()) {
                        System.out.println("\t" + one.getRuleId() + "\t" + one.getMessage());
                    }
                }
            }
        }
    }
}
